package org.jitalloc.arch.x86.fixup;

import java.util.List;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.support.fixup.RelocatedNames;
import org.jspecify.annotations.Nullable;

/** The kernel's thunks for indirect branches, one for each register. */
final class Thunks {
  private static final String THUNK = "__x86_indirect_thunk_";
  private static final List<String> REGISTERS =
      List.of(
          "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
          "r13", "r14", "r15");

  private Thunks() {}

  /**
   * {@return the registers of thunks by the addresses of the relative fields that refer to them}
   */
  static RelocatedNames<Integer> calls(RelocatableObject object, PlacedObject placed) {
    return new RelocatedNames<>(object, placed, object::isCode, Thunks::register);
  }

  private static @Nullable Integer register(String symbol) {
    int register =
        symbol.startsWith(THUNK) ? REGISTERS.indexOf(symbol.substring(THUNK.length())) : -1;
    return register < 0 ? null : register;
  }
}
