package org.jitalloc.console.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import java.io.StringReader;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jitalloc.ModMemType;
import org.jitalloc.Target;
import org.jitalloc.kmod.report.ModuleReport;
import org.jitalloc.kmod.report.ModuleReport.Links;
import org.jitalloc.kmod.report.ModuleReport.Packed;
import org.jitalloc.kmod.report.ModuleReport.Point;
import org.jitalloc.kmod.report.ModuleReport.Reach;
import org.jitalloc.kmod.report.ModuleReport.Refused;
import org.jitalloc.kmod.report.ModuleReport.Times;
import org.jitalloc.kmod.report.ModuleReport.TypeUse;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** One report, in three forms: the figures are the ones that were given. */
final class ReportFormatsTest {
  private static final long MIB = 1 << 20;
  private static final ModuleReport REPORT =
      new ModuleReport(
          new Target("image-arm64", "arm64", ByteOrder.LITTLE_ENDIAN, Target.Kind.IMAGE, Set.of()),
          13,
          5 * MIB,
          2,
          java.util.stream.IntStream.range(0, 11)
              .mapToObj(i -> new Refused("a/m" + i + ".ko", "RELOCATION: /x/a/m" + i + ".ko: <&>"))
              .toList(),
          Map.of(
              ModMemType.TEXT, new TypeUse(2, 3 * MIB, 4 * MIB),
              ModMemType.INIT_TEXT, new TypeUse(1, 10, 4096)),
          new Packed(2 * MIB, MIB, 4096, 1),
          new Links(1000, 20, 30, 1, 400, 50),
          new Times(Duration.ofMillis(250), Duration.ofMillis(500)),
          List.of(
              new Point(0, 0, 0), new Point(1, 2 * MIB, 2 * MIB), new Point(2, 2 * MIB, 4 * MIB)),
          new Reach(128 * MIB, 2, 2, 1));

  @Test
  void text_hasTheFigures_andOnlySoManyRefusals() {
    String text = ReportText.of(REPORT);
    for (String expected :
        List.of(
            "2 of 13 modules in image-arm64 (arm64); their files have 5.0 MiB\n",
            "TEXT                     2      3,145,728          3.0      4,194,304    25.0%\n",
            "stays                    2      3,145,728          3.0      4,194,304    25.0%\n",
            "freed after init         1             10          0.0          4,096    99.8%\n",
            "packed, as loaded here                    2.0  1 slabs of 2 MiB or more; 0.0 MiB of"
                + " padding\n",
            "saved by packing                          2.0  50.0% of page-rounded\n",
            "PLT slots                                  30  in 1 modules\n",
            "time to load                             0.50 s  2,000 relocations/s, one thread\n",
            "REFUSED 11\nm0.ko: <&>\n",
            "m9.ko: <&>\nand 1 more; --json has all\n")) {
      assertTrue(text.contains(expected), () -> expected + "is not in\n" + text);
    }
    assertTrue(text.lines().allMatch(line -> line.length() < 100));
  }

  @Test
  void json_hasAll() throws Exception {
    JsonObject json = JsonParser.object().from(ReportJson.of(REPORT));
    assertEquals("arm64", json.getString("arch"));
    assertEquals(13, json.getInt("files"));
    assertEquals(4 * MIB, json.getObject("memory").getObject("TEXT").getLong("pageBytes"));
    assertEquals(Set.of("TEXT", "INIT_TEXT"), json.getObject("memory").keySet());
    assertEquals(4096, json.getObject("packed").getInt("paddingBytes"));
    assertEquals(1, json.getObject("window").getInt("fitPageRounded"));
    assertEquals(1000, json.getObject("links").getInt("relocations"));
    assertEquals(500_000_000, json.getObject("times").getLong("load"));
    assertEquals(3, json.getArray("curve").size());
    assertEquals(2 * MIB, json.getArray("curve").getObject(1).getLong("packedBytes"));
    assertEquals(11, json.getArray("refused").size());
    assertEquals(
        "RELOCATION: /x/a/m0.ko: <&>", json.getArray("refused").getObject(0).getString("why"));
  }

  @Test
  void picture_isXml_withBarsAndCurvesToScale() throws Exception {
    String svg = ReportPicture.of(REPORT);
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    assertEquals("svg", document.getDocumentElement().getTagName());
    assertEquals(2, document.getElementsByTagName("path").getLength());
    String packed =
        document
            .getElementsByTagName("path")
            .item(1)
            .getAttributes()
            .getNamedItem("d")
            .getTextContent();
    String[] points = packed.substring(1).split("L");
    assertEquals(3, points.length);
    assertEquals("600.0 430.0", points[0], "nothing is at the corner");
    assertTrue(points[1].startsWith("820.0 ") && points[2].startsWith("1040.0 "), packed);
    assertEquals(points[1].split(" ")[1], points[2].split(" ")[1], "a slab serves both modules");
    // Of 250 pixels for 4 MiB, 3 MiB are asked for and 1 MiB is lost.
    assertTrue(svg.contains("width='187.5' height='26' fill='#0072b2'"), svg);
    assertTrue(svg.contains("width='62.5' height='26' fill='#e69f00'"), svg);
    assertTrue(svg.contains(">2 modules of arm64: 2.0 MiB packed, 4.0 MiB in pages of their own<"));
  }
}
