package org.jitalloc.bench.creep;

import java.util.List;
import java.util.Locale;

/** Draws samples: reserved bytes for each used byte over time. */
public final class Curve {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 320;
  private static final int LEFT = 50;
  private static final int BOTTOM = 280;
  private static final int TOP = 30;
  private static final int RIGHT = 880;

  private final List<Sample> samples;
  private final long operations;
  private final double most;

  /**
   * Creates a drawing.
   *
   * @param samples the samples by time, at least one
   */
  public Curve(List<Sample> samples) {
    this.samples = samples;
    operations = samples.getLast().operations();
    most = Math.ceil(samples.stream().mapToDouble(Sample::ratio).max().orElseThrow() * 2) / 2;
  }

  /** {@return the drawing} */
  public String svg() {
    var svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
        <rect width="%d" height="%d" fill="white"/>
        <text x="%d" y="18">bytes reserved for each byte in use, over %,d operations; a line at the end of each round</text>
        """
            .formatted(WIDTH, HEIGHT, WIDTH, HEIGHT, LEFT, operations));
    for (double ratio = 1; ratio <= most; ratio += most > 4 ? 1 : 0.5) {
      line(svg, LEFT, y(ratio), RIGHT, y(ratio));
      text(svg, LEFT - 30, y(ratio) + 4, String.format(Locale.ROOT, "%.1f", ratio));
    }
    for (int i = 0; i + 1 < samples.size(); i++) {
      if (samples.get(i).round() != samples.get(i + 1).round()) {
        line(svg, x(samples.get(i)), TOP, x(samples.get(i)), BOTTOM);
      }
    }
    svg.append("<polyline fill=\"none\" stroke=\"#0b5394\" stroke-width=\"1.5\" points=\"");
    samples.forEach(s -> svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(s), y(s.ratio()))));
    svg.append("\"/>\n");
    text(svg, LEFT, BOTTOM + 20, "0");
    text(svg, RIGHT - 70, BOTTOM + 20, String.format(Locale.ROOT, "%,d", operations));
    return svg.append("</svg>\n").toString();
  }

  private double x(Sample sample) {
    return LEFT + (double) (RIGHT - LEFT) * sample.operations() / operations;
  }

  private double y(double ratio) {
    return BOTTOM - (BOTTOM - TOP) * (ratio - 1) / (most - 1);
  }

  private static void line(StringBuilder svg, double x1, double y1, double x2, double y2) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#cccccc\"/>%n",
            x1,
            y1,
            x2,
            y2));
  }

  private static void text(StringBuilder svg, double x, double y, String text) {
    svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\">%s</text>%n", x, y, text));
  }
}
