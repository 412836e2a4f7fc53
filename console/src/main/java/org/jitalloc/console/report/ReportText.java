package org.jitalloc.console.report;

import java.time.Duration;
import org.jitalloc.ModMemType;
import org.jitalloc.kmod.report.ModuleReport;
import org.jitalloc.kmod.report.ModuleReport.Links;
import org.jitalloc.kmod.report.ModuleReport.Packed;
import org.jitalloc.kmod.report.ModuleReport.Reach;
import org.jitalloc.kmod.report.ModuleReport.Refused;
import org.jitalloc.kmod.report.ModuleReport.TypeUse;

/** A report as text of less than 100 columns. */
public final class ReportText {
  private static final int MOST_REFUSED = 10;
  private static final int WIDTH = 98;

  private final ModuleReport report;
  private final StringBuilder text = new StringBuilder();

  private ReportText(ModuleReport report) {
    this.report = report;
  }

  /**
   * Writes a report.
   *
   * @param report the report
   * @return lines
   */
  public static String of(ModuleReport report) {
    var writer = new ReportText(report);
    writer.heading();
    writer.types();
    writer.pages();
    writer.reach();
    writer.links();
    writer.refused();
    return writer.text.toString();
  }

  private void line(String format, Object... values) {
    text.append(format.formatted(values).stripTrailing()).append('\n');
  }

  private void heading() {
    line(
        "%,d of %,d modules in %s (%s); their files have %s MiB",
        report.loaded(),
        report.files(),
        report.target().name(),
        report.target().arch(),
        mib(report.fileBytes()));
  }

  private void types() {
    line("");
    line(
        "%-16s %9s %14s %12s %14s %8s", "MEMORY", "REGIONS", "BYTES", "MiB", "IN 4K PAGES", "LOST");
    for (ModMemType type : ModMemType.values()) {
      TypeUse use = report.byType().get(type);
      if (use != null) {
        row(type.name(), use);
      }
    }
    row("stays", report.sum(false));
    row("freed after init", report.sum(true));
  }

  private void row(String name, TypeUse use) {
    line(
        "%-16s %,9d %,14d %12s %,14d %7.1f%%",
        name,
        use.regions(),
        use.bytes(),
        mib(use.bytes()),
        use.pageBytes(),
        percent(use.pageBytes() - use.bytes(), use.pageBytes()));
  }

  private void pages() {
    Packed packed = report.packed();
    long pages = report.sum(false).pageBytes();
    line("");
    line("%-32s %12s  %s", "WHAT STAYS, PLACED", "MiB", "");
    line("%-32s %12s", "asked for", mib(report.sum(false).bytes()));
    line(
        "%-32s %12s  %,d slabs of 2 MiB or more; %s MiB of padding",
        "packed, as loaded here",
        mib(packed.reservedBytes()),
        packed.slabs(),
        mib(packed.paddingBytes()));
    line("%-32s %12s  each region in pages of its own", "page-rounded", mib(pages));
    line(
        "%-32s %12s  %.1f%% of page-rounded",
        "saved by packing",
        mib(pages - packed.reservedBytes()),
        percent(pages - packed.reservedBytes(), pages));
  }

  private void reach() {
    Reach reach = report.reach();
    line("");
    line("%-32s %12s", "WINDOW OF %s MiB".formatted(mib(reach.windowBytes())), "MODULES");
    line("%-32s %,12d  that many load before the window is full", "fit packed", reach.packedFit());
    line(
        "%-32s %,12d  that many would, if nothing else were in it",
        "fit page-rounded", reach.pagesFit());
    line(
        "%-32s %,12d  with all memory that close to the code of the first",
        "placed near", reach.near());
  }

  private void links() {
    Links links = report.links();
    line("");
    line("%-32s %12s", "BOUND BY", "COUNT");
    line("%-32s %,12d", "relocations", links.relocations());
    line("%-32s %,12d", "GOT slots", links.gotSlots());
    line("%-32s %,12d  in %,d modules", "PLT slots", links.pltSlots(), links.pltModules());
    line("%-32s %,12d", "exports", links.exports());
    line("%-32s %,12d", "symbols kept", links.symbols());
    Duration load = report.times().load();
    double seconds = Math.max(1, load.toNanos()) / 1e9;
    line("");
    line("%-32s %12.2f s", "time to read all and order them", seconds(report.times().scan()));
    line(
        "%-32s %12.2f s  %,.0f relocations/s, one thread",
        "time to load", seconds(load), links.relocations() / seconds);
  }

  private void refused() {
    if (report.refused().isEmpty()) {
      return;
    }
    line("");
    line("REFUSED %,d", report.refused().size());
    report.refused().stream().limit(MOST_REFUSED).forEach(one -> line("%s", cut(words(one))));
    if (report.refused().size() > MOST_REFUSED) {
      line("and %,d more; --json has all", report.refused().size() - MOST_REFUSED);
    }
  }

  /** {@return the name of the file and the reason, without the folders, which are long} */
  private static String words(Refused one) {
    int path = one.why().indexOf(one.file());
    String why = path < 0 ? one.why() : one.why().substring(path + one.file().length());
    return one.file().substring(one.file().lastIndexOf('/') + 1) + why;
  }

  private static String cut(String words) {
    return words.length() <= WIDTH ? words : words.substring(0, WIDTH - 1) + "…";
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static double percent(long part, long whole) {
    return whole == 0 ? 0 : 100.0 * part / whole;
  }

  private static String mib(long bytes) {
    return "%,.1f".formatted(bytes / (double) (1 << 20));
  }
}
