package org.jitalloc.arch.x86.fixup;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.jitalloc.arch.x86.fixup.FakeModule.BASE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jitalloc.arch.elf.UnwindTable;
import org.jitalloc.arch.elf.UnwindTable.Frame;
import org.jitalloc.arch.support.fixup.EntryTable;
import org.junit.jupiter.api.Test;

class X86UnwindCodecTest {
  private static final X86UnwindCodec CODEC = new X86UnwindCodec();
  private static final long STACK = 0xffff_c900_0000_4000L;

  /**
   * Two functions, their entries out of order: {@code outer} keeps a frame pointer and realigns its
   * stack, {@code inner} pushes and makes room.
   */
  private static FakeModule module() {
    return new FakeModule(
            """
            outer: push %rbp           # 0
            mov %rsp, %rbp             # 1
            sub $0x20, %rsp            # 4
            call inner                 # 8
            leave                      # 13
            ret                        # 14
            .org 0x40, 0xcc
            inner: push %rbx           # 0x40
            sub $0x10, %rsp            # 0x41
            nop                        # 0x45
            add $0x10, %rsp            # 0x46
            pop %rbx                   # 0x4a
            ret                        # 0x4b
            .org 0x80, 0xcc
            # addresses: inner's first
            .irp a, 0x40, 0x41, 0x45, 0x4a, 0x4b, 0x4c, 0, 1, 4, 14, 15
            .long \\a - (. - outer)
            .endr
            .org 0x100, 0xcc
            # stack offset, frame offset, frame register * 16 + stack register
            .short 8, 0, 5
            .short 16, 0, 5
            .short 32, 0, 5
            .short 16, 0, 5
            .short 8, 0, 5
            .short 0, 0, 0
            .short 8, 0, 5
            .short 16, -16, 0x15
            .short 16, -16, 0x14
            .short 8, 0, 5
            .short 0, 0, 0
            """)
        .code(".text", 0, 0x80)
        .table(".orc_unwind_ip", 0x80, 44)
        .table(".orc_unwind", 0x100, 66);
  }

  private final Map<Long, Long> stack = new HashMap<>();

  private OptionalLong read(long address) {
    Long word = stack.get(address);
    return word == null ? OptionalLong.empty() : OptionalLong.of(word);
  }

  @Test
  void walk_fromEachInstructionOfTheInnerFunction_findsBothCallers() {
    FakeModule module = module();
    UnwindTable table = CODEC.sort(module, module).orElseThrow();
    assertEquals(11, table.size());
    long kernel = 0xffff_ffff_8123_4567L;
    long framePointer = STACK + 0x500;
    stack.put(STACK, kernel);
    stack.put(STACK - 8, framePointer);
    long inOuter = STACK - 8 - 0x20;
    stack.put(inOuter - 8, BASE + 13);
    stack.put(inOuter - 16, 77L);
    var outer = new Frame(BASE + 13, inOuter, STACK - 8, true);
    var caller = new Frame(kernel, STACK + 8, framePointer, true);

    long[][] steps = {{0x40, 8}, {0x41, 16}, {0x45, 32}, {0x46, 32}, {0x4a, 16}, {0x4b, 8}};
    for (long[] step : steps) {
      var frame = new Frame(BASE + step[0], inOuter - step[1], STACK - 8, false);
      assertEquals(
          Optional.of(outer), table.caller(frame, this::read), "at 0x%x".formatted(step[0]));
    }
    assertEquals(Optional.of(caller), table.caller(outer, this::read));
    long[][] early = {{0, 0}, {1, 8}};
    for (long[] step : early) {
      var frame = new Frame(BASE + step[0], STACK - step[1], framePointer, false);
      assertEquals(Optional.of(caller), table.caller(frame, this::read));
    }
  }

  @Test
  void walk_whereNothingIsKnown_ends() {
    FakeModule module = module();
    UnwindTable table = CODEC.sort(module, module).orElseThrow();
    for (long offset : new long[] {-1, 15, 0x30, 0x4c, 0x1000}) {
      var frame = new Frame(BASE + offset, STACK, STACK, false);
      assertEquals(Optional.empty(), table.caller(frame, this::read), "offset " + offset);
    }
    var unreadable = new Frame(BASE, STACK + 0x999, STACK, false);
    assertEquals(Optional.empty(), table.caller(unreadable, this::read));
  }

  @Test
  void sort_leavesSortedTablesInMemory() {
    FakeModule module = module();
    CODEC.sort(module, module);
    EntryTable addresses =
        EntryTable.find(".orc_unwind_ip", module, module, LITTLE_ENDIAN).orElseThrow();
    EntryTable entries =
        EntryTable.find(".orc_unwind", module, module, LITTLE_ENDIAN).orElseThrow();
    long last = 0;
    for (int i = 0; i < 11; i++) {
      long address = addresses.relative(4 * i);
      assertEquals(-1, Long.compareUnsigned(last, address));
      last = address;
    }
    assertEquals(BASE, addresses.relative(0));
    assertEquals(-16, entries.shortAt(6 + 2));
    assertEquals(0x15, entries.shortAt(6 + 4));
    UnwindTable again = CODEC.sort(module, module).orElseThrow();
    assertEquals(11, again.size());
  }

  @Test
  void sort_tablesOfDifferentLength_areRefused() {
    FakeModule module =
        new FakeModule(".org 0x100").table(".orc_unwind_ip", 0, 8).table(".orc_unwind", 0x20, 6);
    assertThrows(IllegalArgumentException.class, () -> CODEC.sort(module, module));
    FakeModule none = new FakeModule("ret").code(".text", 0, 1);
    assertEquals(Optional.empty(), CODEC.sort(none, none));
  }
}
