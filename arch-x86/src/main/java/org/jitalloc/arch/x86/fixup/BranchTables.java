package org.jitalloc.arch.x86.fixup;

import static org.jitalloc.arch.elf.CodeFixup.NO_FEATURE;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.jitalloc.arch.support.fixup.CodeRanges;
import org.jitalloc.arch.support.fixup.EntryTable;
import org.jitalloc.arch.support.fixup.RelocatedNames;
import org.jitalloc.arch.x86.decode.DecodedInstruction;
import org.jitalloc.arch.x86.decode.Decoder;

/** Reads tables of relative addresses of code: branches, calls and prefixes. */
final class BranchTables {
  private static final int DISTANCE_BYTES = 4;
  private static final int STATIC_CALL_BYTES = 8;
  private static final int TAIL_CALL = 1;
  private static final int KEY_FLAGS = 3;

  private BranchTables() {}

  /** Reads {@code .retpoline_sites}. */
  static List<CodeFixup> indirect(
      EntryTable table, CodeRanges code, RelocatedNames<Integer> thunks) {
    List<CodeFixup> fixups = new ArrayList<>();
    for (int i = 0; i < table.count(DISTANCE_BYTES); i++) {
      long address = table.relative(DISTANCE_BYTES * i);
      int bytes = instructionBytes(table, address, code);
      Integer register = thunks.at(address + bytes - DISTANCE_BYTES);
      if (register != null) {
        fixups.add(
            new CodeFixup(
                Kind.INDIRECT_BRANCH, address, bytes, Features.RETPOLINE, true, register, 0));
      }
    }
    return fixups;
  }

  /** Reads {@code .return_sites}. */
  static List<CodeFixup> returns(EntryTable table, CodeRanges code) {
    List<CodeFixup> fixups = new ArrayList<>();
    for (int i = 0; i < table.count(DISTANCE_BYTES); i++) {
      long address = table.relative(DISTANCE_BYTES * i);
      int bytes = instructionBytes(table, address, code);
      fixups.add(new CodeFixup(Kind.RETURN, address, bytes, Features.RETHUNK, true, 0, 0));
    }
    return fixups;
  }

  private static int instructionBytes(EntryTable table, long address, CodeRanges code) {
    byte[] bytes =
        code.bytes(address, DecodedInstruction.MAX_BYTES)
            .orElseThrow(() -> table.leadsNowhere(address, "no code is there"));
    var instruction = new DecodedInstruction();
    if (!Decoder.decode(bytes, 0, bytes.length, instruction)) {
      throw table.leadsNowhere(address, instruction.outcome().toString());
    }
    return instruction.length();
  }

  /** Reads {@code .static_call_sites}. */
  static List<CodeFixup> staticCalls(EntryTable table, CodeRanges code) {
    List<CodeFixup> fixups = new ArrayList<>();
    for (int i = 0; i < table.count(STATIC_CALL_BYTES); i++) {
      long address = table.relative(STATIC_CALL_BYTES * i);
      long key = table.relative(STATIC_CALL_BYTES * i + DISTANCE_BYTES);
      Kind kind = (key & TAIL_CALL) != 0 ? Kind.STATIC_TAIL_CALL : Kind.STATIC_CALL;
      int bytes = instructionBytes(table, address, code);
      fixups.add(new CodeFixup(kind, address, bytes, NO_FEATURE, false, key & ~KEY_FLAGS, 0));
    }
    return fixups;
  }

  /** Reads {@code .smp_locks}. */
  static List<CodeFixup> locks(EntryTable table, CodeRanges code) {
    List<CodeFixup> fixups = new ArrayList<>();
    for (int i = 0; i < table.count(DISTANCE_BYTES); i++) {
      long address = table.relative(DISTANCE_BYTES * i);
      if (!code.hold(address, 1)) {
        throw table.leadsNowhere(address, "no code is there");
      }
      fixups.add(new CodeFixup(Kind.LOCK, address, 1, Features.UP, false, 0, 0));
    }
    return fixups;
  }
}
