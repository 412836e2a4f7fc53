package org.jitalloc.console.report;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import org.jitalloc.kmod.report.ModuleReport;

/** A report as JSON. Sizes are in bytes, times in nanoseconds. */
public final class ReportJson {
  private ReportJson() {}

  /**
   * Writes a report.
   *
   * @param report the report
   * @return a JSON object
   */
  public static String of(ModuleReport report) {
    JsonStringWriter json = JsonWriter.indent("  ").string().object();
    json.value("target", report.target().name())
        .value("arch", report.target().arch())
        .value("files", report.files())
        .value("fileBytes", report.fileBytes())
        .value("loaded", report.loaded());
    json.object("memory");
    report
        .byType()
        .forEach(
            (type, use) ->
                json.object(type.name())
                    .value("regions", use.regions())
                    .value("bytes", use.bytes())
                    .value("pageBytes", use.pageBytes())
                    .end());
    json.end();
    var packed = report.packed();
    json.object("packed")
        .value("reservedBytes", packed.reservedBytes())
        .value("usedBytes", packed.usedBytes())
        .value("paddingBytes", packed.paddingBytes())
        .value("slabs", packed.slabs())
        .end();
    var reach = report.reach();
    json.object("window")
        .value("bytes", reach.windowBytes())
        .value("fitPacked", reach.packedFit())
        .value("fitPageRounded", reach.pagesFit())
        .value("near", reach.near())
        .end();
    links(report, json);
    curve(report, json);
    json.array("refused");
    report
        .refused()
        .forEach(one -> json.object().value("file", one.file()).value("why", one.why()).end());
    return json.end().end().done() + "\n";
  }

  private static void links(ModuleReport report, JsonStringWriter json) {
    var links = report.links();
    json.object("links")
        .value("relocations", links.relocations())
        .value("gotSlots", links.gotSlots())
        .value("pltSlots", links.pltSlots())
        .value("pltModules", links.pltModules())
        .value("exports", links.exports())
        .value("symbols", links.symbols())
        .end();
    json.object("times")
        .value("scan", report.times().scan().toNanos())
        .value("load", report.times().load().toNanos())
        .end();
  }

  private static void curve(ModuleReport report, JsonStringWriter json) {
    json.array("curve");
    report
        .curve()
        .forEach(
            point ->
                json.object()
                    .value("modules", point.modules())
                    .value("packedBytes", point.packedBytes())
                    .value("pageBytes", point.pageBytes())
                    .end());
    json.end();
  }
}
