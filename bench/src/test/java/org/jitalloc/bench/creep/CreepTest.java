package org.jitalloc.bench.creep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jitalloc.JitAlloc;
import org.junit.jupiter.api.Test;

final class CreepTest {

  @Test
  void run_samplesAllRounds_andLeavesNothing() {
    var allocator = JitAlloc.host();
    long liveBefore = allocator.stats().live();
    long allocatedBefore = allocator.stats().allocated();
    List<Sample> samples = new ArrayList<>();
    new Creep(allocator, 1).run(10_000, samples::add);
    assertEquals(liveBefore, allocator.stats().live());
    assertTrue(allocator.stats().allocated() > allocatedBefore + 1_000);
    assertEquals(Creep.leastOperations(), samples.size());
    assertEquals(10_000, samples.getLast().operations());
    for (Sample sample : samples) {
      assertTrue(sample.ratio() >= 1, sample.toString());
    }
  }

  @Test
  void draw_tinyIsTiny() {
    var random = new SplittableRandom(1);
    var tiny = new Phase("", 1, 100, 0, 0, 0);
    var page = new Phase("", 1, 0, 0, 100, 0);
    for (int i = 0; i < 1000; i++) {
      int bytes = tiny.draw(random);
      assertTrue(bytes >= 16 && bytes <= 128);
      bytes = page.draw(random);
      assertTrue(bytes >= 2048 && bytes <= 8192);
    }
  }

  @Test
  void phase_hasToBeWhole() {
    assertThrows(IllegalArgumentException.class, () -> new Phase("", 1, 50, 40, 0, 0));
  }

  @Test
  void svg_isXml_withAPointForEachSample() throws Exception {
    var samples =
        List.of(
            new Sample(10, 0, "a", 100, 200),
            new Sample(20, 0, "b", 100, 110),
            new Sample(30, 1, "a", 100, 500));
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new ByteArrayInputStream(
                    new Curve(samples).svg().getBytes(StandardCharsets.UTF_8)));
    var line = document.getElementsByTagName("polyline").item(0).getAttributes();
    String[] points = line.getNamedItem("points").getNodeValue().strip().split(" ");
    assertEquals(3, points.length);
    assertEquals("880.0,30.0", points[2]);
  }
}
