package org.jitalloc.modules.info;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;

class ModInfoTest {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private static ModInfo parse(String text) {
    return ModInfo.parse(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void parse_ofARealModule_findsWhatIsThere() {
    ModInfo info =
        parse(
            "parm=debug:Debug level (0=none,...,16=all)\0parmtype=debug:int\0license=GPL v2\0"
                + "parmtype=Speed:array of int\0alias=pci:v00008086d*\0alias=pci:v00001AF4d*\0"
                + "\0\0depends=jbd2,crypto-simd\0intree=Y\0softdep=pre: crypto-crc32c\0"
                + "version=5.1=k\0nothing\0=empty\0");
    assertEquals(Optional.of("GPL v2"), info.first("license"));
    assertEquals(List.of("pci:v00008086d*", "pci:v00001AF4d*"), info.all("alias"));
    assertEquals(Optional.of("5.1=k"), info.first("version"));
    assertEquals(
        List.of(new SoftDependency(List.of("crypto-crc32c"), List.of())), info.softDependencies());
    assertEquals(
        List.of(
            new ParameterInfo("debug", "int", "Debug level (0=none,...,16=all)"),
            new ParameterInfo("Speed", "array of int", "")),
        info.parameters());
    assertEquals(
        List.of("parm", "parmtype", "license", "alias", "depends", "intree", "softdep", "version"),
        info.keys());
  }

  @Test
  void parse_ofAStringWithoutEnd_isRefused() {
    assertEquals(
        ".modinfo has 11 bytes, and the last string does not end",
        assertThrows(IllegalArgumentException.class, () -> parse("license=GPL")).getMessage());
  }

  @Seeded(tries = 300)
  void parse_isTheInverseOfWriting(RandomValues values) {
    List<Map.Entry<String, String>> entries =
        values.list(
            0, 255, () -> Map.entry(values.text(LETTERS, 1, 255), values.text(LETTERS, 0, 255)));
    String text =
        entries.stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\0")
            .collect(Collectors.joining());
    ModInfo info = parse(text);
    List<String> expected = new ArrayList<>();
    List<String> found = new ArrayList<>();
    for (String key : info.keys()) {
      info.all(key).forEach(value -> found.add(key + "=" + value));
      entries.stream()
          .filter(entry -> entry.getKey().equals(key))
          .forEach(entry -> expected.add(key + "=" + entry.getValue()));
    }
    assertEquals(expected, found);
    assertEquals(entries.size(), found.size());
  }

  @Test
  void softDependency_hasNamesBeforeAndAfter() {
    assertEquals(
        new SoftDependency(List.of("a", "b"), List.of("c")),
        SoftDependency.parse("ignored pre: a  b post: c "));
  }

  @Test
  void names_haveUnderlines() {
    assertEquals("snd_hda_intel", ModuleName.ofFile("kernel/sound/snd-hda-intel.ko.xz"));
    assertEquals("snd_hda_intel", ModuleName.of("snd-hda_intel"));
    assertTrue(ModuleName.isFile("a.ko.zst"));
    assertFalse(ModuleName.isFile("modules.order"));
  }

  @Test
  void vermagic_withVersionsOfSymbols_maySayAnotherRelease() {
    String module = "6.1.0-49-amd64 SMP preempt mod_unload modversions ";
    String kernel = "6.1.0-50-amd64 SMP preempt mod_unload modversions ";
    assertFalse(Vermagic.fits(module, kernel, false));
    assertTrue(Vermagic.fits(module, kernel, true));
    assertTrue(Vermagic.fits(kernel, kernel, false));
    assertFalse(Vermagic.fits("6.1.0-50-amd64 SMP mod_unload modversions ", kernel, true));
  }
}
