package org.jitalloc.arch.x86.fixup;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;

/** Which branch goes to the thunk of which register, found by the relocations of the branches. */
final class ThunkCalls {
  private static final String THUNK = "__x86_indirect_thunk_";
  private static final List<String> REGISTERS =
      List.of(
          "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
          "r13", "r14", "r15");
  private static final int RELA_BYTES = 24;
  private static final int INFO = 8;

  /** By the address of the distance in the branch. */
  private final Map<Long, Integer> registers = new HashMap<>();

  ThunkCalls(RelocatableObject object, PlacedObject placed) {
    int[] ofSymbol = new int[object.symbolCount()];
    for (int symbol = 0; symbol < ofSymbol.length; symbol++) {
      String name = object.symbolName(symbol);
      ofSymbol[symbol] =
          name.startsWith(THUNK) ? REGISTERS.indexOf(name.substring(THUNK.length())) : -1;
    }
    for (int table = 0; table < object.relocationTableCount(); table++) {
      if (object.isCode(object.relocatedSection(table))) {
        read(object.relocations(table), placed.address(object.relocatedSection(table)), ofSymbol);
      }
    }
  }

  private void read(ByteBuffer relocations, long address, int[] ofSymbol) {
    for (int at = 0; at < relocations.limit(); at += RELA_BYTES) {
      int symbol = (int) (relocations.getLong(at + INFO) >>> Integer.SIZE);
      if (ofSymbol[symbol] >= 0) {
        registers.put(address + relocations.getLong(at), ofSymbol[symbol]);
      }
    }
  }

  /** {@return the register that a branch goes by; -1 if it goes to no thunk} */
  int register(long address, int bytes) {
    return registers.getOrDefault(address + bytes - 4, -1);
  }
}
