package org.jitalloc.modules.values;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.values.Pointers.Place;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pointers of an object for s390x point to. */
final class PointersTest {
  private static final long TABLE = 0xffff_ffff_c000_1000L;
  private static final long MORE = 0xffff_ffff_c000_1020L;
  private static final int TABLE_BYTES = 32;
  private static final int RELOCATION_BYTES = 24;

  @TempDir Path folder;
  private ElfObject object;
  private Pointers pointers;

  /** Sections at addresses; the others are not in memory. */
  private record Sections(ElfObject object, Map<Integer, Long> addresses) implements PlacedObject {
    @Override
    public byte[] bytes(int part) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int offset(int part) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int length(int part) {
      return (int) object.sectionBytes(part);
    }

    @Override
    public long address(int part) {
      return addresses.getOrDefault(part, 0L);
    }

    @Override
    public long[] symbolAddresses() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean hasAddress(int symbol) {
      throw new UnsupportedOperationException();
    }
  }

  @BeforeEach
  void assemble() throws IOException {
    String as = "s390x-linux-gnu-as";
    ToolCommand.need(as);
    String source =
        """
        .section .table,"aw"
        .quad first
        .quad 7
        .quad third
        .quad fourth
        .section .empty,"aw"
        .section .more,"aw"
        .quad other
        .section .away,"aw"
        .quad 1
        """;
    Path text = Files.writeString(folder.resolve("pointers.s"), source);
    Path file = folder.resolve("pointers.o");
    ToolCommand.must(List.of(as, "-o", file.toString(), text.toString()));
    object = ElfObject.read(ByteBuffer.wrap(Files.readAllBytes(file)));
    var sections =
        new Sections(
            object,
            Map.of(section(".table"), TABLE, section(".empty"), MORE, section(".more"), MORE));
    pointers = new Pointers(object, sections);
  }

  private int section(String name) {
    return object.findSection(name);
  }

  private String symbolAt(String section, int offset) {
    return pointers.symbolAt(new Place(section(section), offset));
  }

  @Test
  void aPointer_isToTheSymbolOfItsRelocation() {
    assertEquals("first", symbolAt(".table", 0));
    assertEquals("third", symbolAt(".table", 16));
    assertEquals("fourth", symbolAt(".table", 24));
    assertEquals("other", symbolAt(".more", 0));
    assertEquals("", symbolAt(".table", 8));
    assertEquals("", symbolAt(".table", 20));
    assertEquals("", symbolAt(".table", 32));
    assertEquals("", symbolAt(".away", 0));
  }

  @Test
  void relocations_areInAnyOrder() {
    ByteBuffer entries = object.relocationsOf(section(".table")).getFirst().table();
    var first = new byte[RELOCATION_BYTES];
    var last = new byte[RELOCATION_BYTES];
    entries.get(0, first).get(2 * RELOCATION_BYTES, last);
    entries.put(0, last).put(2 * RELOCATION_BYTES, first);
    assertEquals(24, object.relocationsOf(section(".table")).getFirst().offset(0));
    assertEquals("first", symbolAt(".table", 0));
    assertEquals("third", symbolAt(".table", 16));
    assertEquals("fourth", symbolAt(".table", 24));
  }

  @Test
  void anAddress_isInTheSectionThatHasBytesThere() {
    assertEquals(Optional.of(new Place(section(".table"), 0)), pointers.place(TABLE));
    assertEquals(
        Optional.of(new Place(section(".table"), TABLE_BYTES - 1)),
        pointers.place(TABLE + TABLE_BYTES - 1));
    assertEquals(Optional.of(new Place(section(".more"), 0)), pointers.place(MORE));
    assertEquals(Optional.empty(), pointers.place(MORE + 8));
    assertEquals(Optional.empty(), pointers.place(TABLE - 1));
    assertEquals(Optional.empty(), pointers.place(0));
    assertEquals(Optional.empty(), pointers.place(-1));
  }
}
