package org.jitalloc.modules.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jitalloc.modules.access.SymbolAccess.Answer;
import org.jitalloc.modules.access.SymbolAccess.Symbol;
import org.jitalloc.modules.access.SymbolVersions.Match;
import org.jitalloc.modules.info.ModInfo;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final Symbol OPEN = new Symbol("printk", false, "", false);
  private static final Symbol GPL = new Symbol("kvm_init", true, "", false);
  private static final Symbol OF_PROPRIETARY = new Symbol("nv_init", false, "", true);

  private static SymbolAccess access(String name, String info) {
    return SymbolAccess.of(
        name, ModInfo.parse(ByteBuffer.wrap(info.getBytes(StandardCharsets.UTF_8))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GPL",
        "GPL v2",
        "GPL and additional rights",
        "Dual BSD/GPL",
        "Dual MIT/GPL",
        "Dual MPL/GPL"
      })
  void licence_thatIsCompatible_taintsNothing(String tag) {
    Licence licence = Licence.judge(Optional.of(tag), "m");
    assertTrue(licence.isGplCompatible());
    assertEquals("", licence.moduleTaints().letters() + licence.kernelTaints().letters());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Proprietary", "gpl", "GPL ", "GPLv2", "Dual GPL/BSD", ""})
  void licence_thatIsWrittenOtherwise_isProprietary(String tag) {
    Licence licence = Licence.judge(Optional.of(tag), "m");
    assertFalse(licence.isGplCompatible());
    assertEquals("P", licence.moduleTaints().letters());
    assertEquals("P", licence.kernelTaints().letters());
  }

  @Test
  void licence_ofOffenders_isNotBelieved() {
    assertEquals("unspecified", Licence.judge(Optional.empty(), "m").tag());
    assertFalse(Licence.judge(Optional.empty(), "m").isGplCompatible());
    assertFalse(Licence.judge(Optional.of("GPL"), "driverloader").isGplCompatible());
    Licence glue = Licence.judge(Optional.of("GPL"), "ndiswrapper");
    assertTrue(glue.isGplCompatible());
    assertEquals("", glue.moduleTaints().letters());
    assertEquals("P", glue.kernelTaints().letters());
  }

  @ParameterizedTest
  @CsvSource({
    "GPL, GPL-2.0, true",
    "GPL v2, GPL-2.0-only, true",
    "GPL, GPL-2.0-or-later WITH Linux-syscall-note, true",
    "Dual BSD/GPL, GPL-2.0-only OR BSD-3-Clause, true",
    "Dual BSD/GPL, (GPL-2.0 OR BSD-2-Clause), true",
    "GPL, GPL-2.0-only OR BSD-3-Clause, false",
    "Dual MIT/GPL, MIT, true",
    "Dual MIT/GPL, GPL-2.0+ OR MIT, true",
    "Dual MPL/GPL, MPL-1.1 OR GPL-2.0, true",
    "GPL, GPL-2.0 AND MIT, true",
    "GPL, GPL-3.0-only, false",
    "Proprietary, Apache-2.0, true",
    "Dual BSD/GPL, GPL-2.0, false"
  })
  void tag_fitsTheSources(String tag, String expression, boolean fits) {
    assertEquals(fits, SpdxTag.fits(tag, expression), SpdxTag.tagFor(expression));
  }

  @Test
  void gplOnlySymbols_areForGplModules() {
    var allowed = new Answer.Allowed(false);
    assertEquals(allowed, access("m", "license=GPL\0").ask(GPL, false, false));
    assertEquals(allowed, access("m", "license=Proprietary\0").ask(OPEN, false, false));
    Answer refused = access("m", "license=Proprietary\0").ask(GPL, false, false);
    assertEquals(
        "m uses kvm_init, which is for GPL code only, and its licence is not compatible with the"
            + " GPL",
        ((Answer.Refused) refused).message());
  }

  @Test
  void proprietarySymbols_makeAModuleProprietary() {
    SymbolAccess gpl = access("m", "license=GPL\0");
    assertEquals(new Answer.Allowed(true), gpl.ask(OF_PROPRIETARY, false, false));
    assertInstanceOf(Answer.Refused.class, gpl.ask(GPL, true, false));
    assertInstanceOf(Answer.Refused.class, gpl.ask(OF_PROPRIETARY, false, true));
  }

  @ParameterizedTest
  @CsvSource({
    "CRYPTO_INTERNAL, true",
    "USB_STORAGE, false",
    "'', true",
    "module:kvm-intel, true",
    "'module:kvm,kvm-amd', false",
    "'module:kvm,kvm_*', true",
    "module:*, true",
    "module:kvm_intel2, false"
  })
  void namespaces_areImportedOrGivenByName(String namespace, boolean allowed) {
    SymbolAccess kvm = access("kvm_intel", "license=GPL\0import_ns=CRYPTO_INTERNAL\0");
    Answer answer = kvm.ask(new Symbol("s", true, namespace, false), false, false);
    assertEquals(allowed, answer instanceof Answer.Allowed, answer::toString);
  }

  @Test
  void namespaces_givenByName_cannotBeImported() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> access("m", "import_ns=module:kvm\0"))
            .getMessage();
    assertTrue(message.startsWith("m imports namespace module:kvm"), message);
  }

  @Seeded(tries = 200)
  void versions_areReadInEitherForm(RandomValues values) {
    Map<String, Integer> crcs = new HashMap<>();
    for (String name : values.list(0, 255, () -> values.text(LETTERS, 1, 55))) {
      crcs.put(name, values.anyInt());
    }
    ByteOrder order = values.anyBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ByteBuffer table = ByteBuffer.allocate(64 * crcs.size()).order(order);
    ByteBuffer words = ByteBuffer.allocate(4 * crcs.size()).order(order);
    ByteBuffer names = ByteBuffer.allocate(56 * crcs.size());
    crcs.forEach(
        (name, crc) -> {
          byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
          table.putLong(crc & 0xffffffffL).put(bytes).position((table.position() + 63) & -64);
          words.putInt(crc);
          names.put(bytes).put((byte) 0);
        });
    SymbolVersions entries = SymbolVersions.parse(table.flip(), order);
    SymbolVersions extended = SymbolVersions.parseExtended(words.flip(), names.flip(), order);
    crcs.forEach(
        (name, crc) -> {
          assertEquals(Match.SAME, entries.compare(name, OptionalLong.of(crc & 0xffffffffL)));
          assertEquals(Match.DIFFERENT, entries.compare(name, OptionalLong.of(crc + 1)));
          assertEquals(entries.expected(name), extended.expected(name));
        });
  }

  @Test
  void versions_thatNobodyTells_fit() {
    SymbolVersions none = SymbolVersions.parse(ByteBuffer.allocate(0), ByteOrder.BIG_ENDIAN);
    assertEquals(Match.SAME, none.compare("printk", OptionalLong.empty()));
    assertEquals(Match.NOT_EXPECTED, none.compare("printk", OptionalLong.of(7)));
  }

  @Test
  void versions_thatAreDamaged_areRefused() {
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    var noEnd = new byte[64];
    java.util.Arrays.fill(noEnd, (byte) 'x');
    ByteBuffer empty = ByteBuffer.allocate(0);
    for (ByteBuffer damaged : new ByteBuffer[] {ByteBuffer.allocate(63), ByteBuffer.wrap(noEnd)}) {
      assertThrows(IllegalArgumentException.class, () -> SymbolVersions.parse(damaged, order));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> SymbolVersions.parseExtended(ByteBuffer.allocate(4), empty, order));
    assertThrows(
        IllegalArgumentException.class,
        () -> SymbolVersions.parseExtended(empty, ByteBuffer.allocate(4), order));
  }

  @Test
  void namesThatAreNoUtf8_doNotShiftTheOthers() {
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    ByteBuffer crcs = ByteBuffer.allocate(12).order(order).putInt(1).putInt(2).putInt(3).flip();
    ByteBuffer names = ByteBuffer.wrap(new byte[] {(byte) 0xff, 0, 'a', 0, 'b', 0});
    SymbolVersions versions = SymbolVersions.parseExtended(crcs, names, order);
    assertEquals(Optional.of(2L), versions.expected("a"));
    assertEquals(Optional.of(3L), versions.expected("b"));
  }

  @Test
  void importedNamespaces_areThoseOfTheModule() {
    assertEquals(Set.of("A", "B"), access("m", "import_ns=A\0import_ns=B\0").importedNamespaces());
  }
}
