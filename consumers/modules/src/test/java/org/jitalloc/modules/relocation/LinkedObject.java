package org.jitalloc.modules.relocation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.ObjectUse;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.Relocator;
import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.file.FileContent;

/**
 * A source, relocated by a codec and linked by GNU ld, each with everything at the same addresses.
 * Lines {@code ours ||| theirs} differ: where ours goes through a slot, theirs goes to the symbol
 * {@code got_NAME} or {@code plt_NAME}, which is where our slot is; {@code off_NAME} is its
 * distance from the table of addresses, {@code gotbase}. A line {@code ||| theirs} is only for
 * them: a section {@code .slots} is what our table of branches has to hold.
 *
 * @param tools the architecture's tools
 * @param arch its name
 * @param use where the object is going to run
 * @param sections where its sections are
 * @param symbols where the symbols are that it does not define
 * @param tables where our tables are
 */
record LinkedObject(
    GnuTools tools,
    String arch,
    ObjectUse use,
    Map<String, Long> sections,
    Map<String, Long> symbols,
    long tables) {
  private static final String EITHER = "|||";

  ElfCodec codec() {
    return ServiceLoader.load(ElfCodec.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(codec -> codec.arch().equals(arch))
        .findFirst()
        .orElseThrow();
  }

  /** Relocates and links a source; fails where the bytes differ. Gives the types that it had. */
  Set<String> check(Path folder, String source) throws IOException, RelocationException {
    Path ours = tools.assemble(folder, "ours", side(source, 0));
    Path theirs = tools.assemble(folder, "theirs", side(source, 1));
    ElfObject object = ElfObject.read(FileContent.read(ours).bytes());
    SlotPlan plan = codec().plan(object, use, _ -> false);
    var placed = new PlacedSections(object, plan.tables(), sections, symbols, tables);
    Relocator relocator = plan.relocator(placed);
    for (int i = 0; i < object.relocationTableCount(); i++) {
      relocator.relocate(i);
    }
    relocator.finish();
    Map<String, Long> all = new TreeMap<>(symbols);
    all.putAll(slotSymbols(object, plan, placed, relocator));
    Map<String, Long> places = new TreeMap<>(sections);
    if (source.contains(".section .slots")) {
      places.put(".slots", all.get("pltbase"));
    }
    Path linked = tools.link(theirs, places, all);
    for (int i = 1; i < object.sectionCount(); i++) {
      if (placed.length(i) > 0) {
        compare(linked, object.sectionName(i), placed.bytes(i));
      }
    }
    checkSlots(plan, placed, object, linked, places);
    return types(object);
  }

  private static String side(String source, int side) {
    return source
        .lines()
        .map(line -> line.contains(EITHER) ? line.split("\\|\\|\\|", -1)[side] : line)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static Map<String, Long> slotSymbols(
      ElfObject object, SlotPlan plan, PlacedSections placed, Relocator relocator) {
    var named = new TreeMap<String, Long>();
    for (int i = 0; i < plan.tables().size(); i++) {
      named.put(plan.tables().get(i).name() + "base", placed.address(object.sectionCount() + i));
    }
    relocator.forEachSlot(
        new Relocator.SlotVisitor() {
          @Override
          public void got(int symbol, long addend, long address) {
            named.put("got_" + name(symbol, addend), address);
            named.put("off_" + name(symbol, addend), address - named.get("gotbase"));
          }

          @Override
          public void plt(int symbol, long addend, long address) {
            named.put("plt_" + name(symbol, addend), address);
          }

          private String name(int symbol, long addend) {
            return object.symbolName(symbol) + (addend == 0 ? "" : "_" + addend);
          }
        });
    return named;
  }

  private void compare(Path linked, String name, byte[] ours) throws IOException {
    String theirs = HexFormat.ofDelimiter(" ").formatHex(tools.section(linked, name));
    assertEquals(theirs, HexFormat.ofDelimiter(" ").formatHex(ours), arch + " " + name);
  }

  private void checkSlots(
      SlotPlan plan, PlacedSections placed, ElfObject object, Path linked, Map<String, Long> places)
      throws IOException {
    if (!places.containsKey(".slots")) {
      return;
    }
    byte[] expected = tools.section(linked, ".slots");
    for (int i = 0; i < plan.tables().size(); i++) {
      if (plan.tables().get(i).name().equals("plt")) {
        byte[] found = placed.bytes(object.sectionCount() + i);
        byte[] head = java.util.Arrays.copyOf(found, expected.length);
        assertArrayEquals(expected, head, () -> arch + " plt: " + HexFormat.of().formatHex(found));
      }
    }
  }

  private Set<String> types(ElfObject object) {
    var names = new TreeSet<String>();
    for (int i = 0; i < object.relocationTableCount(); i++) {
      for (int at = 0; at < object.relocations(i).limit(); at += 24) {
        int type = (int) object.relocations(i).getLong(at + 8);
        names.add(codec().relocationType(type).orElseThrow().name());
      }
    }
    return names;
  }

  /** A source that is a resource of these tests. */
  static String resource(String name) {
    try (var stream = LinkedObject.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalArgumentException("no such resource: " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Names of types, with their prefix. */
  static Set<String> named(String prefix, String suffixes) {
    return List.of(suffixes.strip().split("\\s+")).stream()
        .map(suffix -> prefix + suffix)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
