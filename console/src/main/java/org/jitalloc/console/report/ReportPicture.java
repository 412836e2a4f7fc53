package org.jitalloc.console.report;

import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.jitalloc.ModMemType;
import org.jitalloc.kmod.report.ModuleReport;
import org.jitalloc.kmod.report.ModuleReport.Point;
import org.jitalloc.kmod.report.ModuleReport.TypeUse;

/**
 * A report as a picture (SVG): left, the use of each memory type, and its additional use in whole
 * pages; right, the memory by number of loaded modules, packed and in whole pages, with the address
 * range.
 */
public final class ReportPicture {
  private static final double MIB = 1 << 20;
  private static final String PACKED = "#0072b2";
  private static final String PAGES = "#e69f00";
  private static final String WINDOW = "#c0392b";
  private static final int BARS_LEFT = 150;
  private static final int BARS_WIDTH = 250;
  private static final int TOP = 120;
  private static final int ROW = 42;
  private static final int LEFT = 600;
  private static final int WIDTH = 440;
  private static final int BOTTOM = 430;
  private static final int HEIGHT = BOTTOM - TOP;

  private final ModuleReport report;
  private final StringBuilder svg = new StringBuilder();

  private ReportPicture(ModuleReport report) {
    this.report = report;
  }

  /**
   * Draws a report.
   *
   * @param report the report
   * @return the text of an SVG file
   */
  public static String of(ModuleReport report) {
    var picture = new ReportPicture(report);
    picture.begin();
    picture.bars();
    picture.axes();
    picture.curves();
    return picture.svg.append("</svg>\n").toString();
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private void text(double x, double y, String attributes, String words) {
    add("<text x='%.1f' y='%.1f' %s>%s</text>", x, y, attributes, words);
  }

  private void begin() {
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1100 500' width='1100' height='500'"
            + " font-family='DejaVu Sans, Verdana, sans-serif' font-size='13' fill='#222'>");
    add("<rect width='1100' height='500' fill='#ffffff'/>");
    String title =
        "%,d modules of %s: %.1f MiB packed, %.1f MiB in pages of their own"
            .formatted(
                report.loaded(),
                report.target().arch(),
                report.packed().reservedBytes() / MIB,
                report.sum(false).pageBytes() / MIB);
    text(30, 38, "font-size='20' font-weight='bold'", title);
    String links =
        "%,d relocations, %,d GOT and %,d PLT slots"
            .formatted(
                report.links().relocations(), report.links().gotSlots(), report.links().pltSlots());
    text(30, 62, "fill='#555'", links);
    text(30, TOP - 22, "font-weight='bold'", "Memory by type, MiB");
    text(LEFT, TOP - 22, "font-weight='bold'", "MiB after initialisation, by modules loaded");
  }

  private void bars() {
    double most = 1;
    for (TypeUse use : report.byType().values()) {
      most = Math.max(most, use.pageBytes());
    }
    int y = TOP;
    for (ModMemType type : ModMemType.values()) {
      TypeUse use = report.byType().getOrDefault(type, new TypeUse(0, 0, 0));
      bar(y, type, use, BARS_WIDTH / most);
      y += ROW;
    }
    legend(BARS_LEFT, y + 16, PACKED, "asked for");
    legend(BARS_LEFT + 110, y + 16, PAGES, "lost to whole pages");
  }

  private void bar(int y, ModMemType type, TypeUse use, double scale) {
    double asked = use.bytes() * scale;
    double lost = (use.pageBytes() - use.bytes()) * scale;
    text(BARS_LEFT - 10, y + 18, "text-anchor='end'", type.name());
    add("<rect x='%d' y='%d' width='%.1f' height='26' fill='%s'/>", BARS_LEFT, y, asked, PACKED);
    add(
        "<rect x='%.1f' y='%d' width='%.1f' height='26' fill='%s'/>",
        BARS_LEFT + asked, y, lost, PAGES);
    String words =
        String.format(
            Locale.ROOT, "%.1f + %.1f", use.bytes() / MIB, (use.pageBytes() - use.bytes()) / MIB);
    text(BARS_LEFT + asked + lost + 8, y + 18, "fill='#444' font-size='12'", words);
  }

  private void legend(double x, double y, String color, String words) {
    add("<rect x='%.1f' y='%.1f' width='13' height='13' fill='%s'/>", x, y, color);
    text(x + 19, y + 11, "font-size='12'", words);
  }

  private double mostMib() {
    Point last = report.curve().getLast();
    double most = Math.max(last.packedBytes(), last.pageBytes());
    return Math.max(most, report.reach().windowBytes()) / MIB * 1.06;
  }

  private double x(int modules) {
    return LEFT + (double) WIDTH * modules / Math.max(1, report.curve().getLast().modules());
  }

  private double y(double mib) {
    return BOTTOM - HEIGHT * mib / mostMib();
  }

  private void axes() {
    double step = step(mostMib());
    for (double mib = 0; mib <= mostMib(); mib += step) {
      add(
          "<line x1='%d' y1='%.1f' x2='%d' y2='%.1f' stroke='#e3e3e3'/>",
          LEFT, y(mib), LEFT + WIDTH, y(mib));
      text(LEFT - 8, y(mib) + 4, "text-anchor='end' font-size='12'", "%,d".formatted((long) mib));
    }
    int modules = report.curve().getLast().modules();
    for (int part = 0; part <= 4; part++) {
      int at = modules * part / 4;
      text(x(at), BOTTOM + 20, "text-anchor='middle' font-size='12'", "%,d".formatted(at));
    }
  }

  /** {@return a round number for a scale of about six steps} */
  private static double step(double most) {
    double step = 1;
    while (most / step > 8) {
      step *= most / step > 16 ? 4 : 2;
    }
    return step;
  }

  private void curves() {
    curve(Point::pageBytes, PAGES);
    curve(Point::packedBytes, PACKED);
    double window = report.reach().windowBytes() / MIB;
    add(
        "<line x1='%d' y1='%.1f' x2='%d' y2='%.1f' stroke='%s' stroke-width='1.5'"
            + " stroke-dasharray='6 4'/>",
        LEFT, y(window), LEFT + WIDTH, y(window), WINDOW);
    String words =
        "%,.0f MiB: %,d fit packed, %,d page-rounded"
            .formatted(window, report.reach().packedFit(), report.reach().pagesFit());
    text(LEFT + 6, y(window) - 6, "fill='%s' font-size='12'".formatted(WINDOW), words);
    int legendAt = TOP + 7 * ROW + 16 + 40;
    legend(LEFT, legendAt, PACKED, "packed on 2 MiB pages");
    legend(LEFT + 190, legendAt, PAGES, "each region in 4 KiB pages of its own");
  }

  private void curve(ToLongFunction<Point> bytes, String color) {
    List<Point> points = report.curve();
    var path = new StringBuilder();
    for (Point point : points) {
      path.append(path.isEmpty() ? "M" : "L");
      path.append(
          String.format(
              Locale.ROOT, "%.1f %.1f", x(point.modules()), y(bytes.applyAsLong(point) / MIB)));
    }
    add("<path d='%s' fill='none' stroke='%s' stroke-width='2.5'/>", path, color);
  }
}
