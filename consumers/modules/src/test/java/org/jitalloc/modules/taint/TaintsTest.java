package org.jitalloc.modules.taint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jitalloc.modules.info.ModInfo;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;

class TaintsTest {
  private static final Taints OE = Taints.NONE.with(Taint.UNSIGNED).with(Taint.OUT_OF_TREE);

  @Test
  void letters_areInTheOrderOfBits() {
    assertEquals(
        "PFSRMBUDAWCIOELKXTNJ",
        Arrays.stream(Taint.values())
            .map(taint -> String.valueOf(taint.letter()))
            .collect(Collectors.joining()));
    assertEquals("OE", OE.letters());
    assertEquals(1 << 12 | 1 << 13, OE.bits());
  }

  @Test
  void report_hasAPlaceForEach() {
    assertEquals("Not tainted", Taints.NONE.report());
    assertEquals("Tainted: G           OE      ", OE.report());
    assertTrue(OE.with(Taint.PROPRIETARY).report().startsWith("Tainted: P "));
  }

  @Seeded
  void bits_areThoseOfTheTaints(RandomValues values) {
    long chosen = values.longIn(0, (1L << Taint.values().length) - 1);
    Set<Taint> some =
        Arrays.stream(Taint.values())
            .filter(taint -> (chosen >> taint.ordinal() & 1) != 0)
            .collect(Collectors.toSet());
    Taints taints = Taints.NONE;
    for (Taint taint : some) {
      taints = taints.with(taint);
    }
    assertEquals(some, taints.taints());
    assertEquals(some.stream().mapToLong(Taint::bit).sum(), taints.bits());
    assertEquals(taints, new Taints(taints.bits()).with(taints));
  }

  @Test
  void bits_thatMeanNothing_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Taints(1L << 20));
  }

  @Test
  void declared_isWhatAModuleSays() {
    assertEquals("", declared("intree=Y\0"));
    assertEquals("CO", declared("staging=Y\0"));
    assertEquals("KN", declared("intree=Y\0livepatch=Y\0test=Y\0"));
  }

  private static String declared(String info) {
    return Taints.declared(ModInfo.parse(ByteBuffer.wrap(info.getBytes(StandardCharsets.UTF_8))))
        .letters();
  }

  @Test
  void unloaded_isCountedByNameAndACommonTaint() {
    var unloaded = new UnloadedTaints();
    Taints proprietary = Taints.NONE.with(Taint.PROPRIETARY);
    unloaded.unloaded("clean", Taints.NONE);
    unloaded.unloaded("vbox", OE);
    unloaded.unloaded("vbox", Taints.NONE.with(Taint.OUT_OF_TREE).with(Taint.PROPRIETARY));
    unloaded.unloaded("vbox", proprietary);
    unloaded.unloaded("other", OE);
    assertEquals(
        List.of("vbox(OE):2", "vbox(P):1", "other(OE):1"),
        unloaded.entries().stream().map(UnloadedTaints.Entry::text).toList());
  }
}
