package org.jitalloc.arch.x86.fixup;

import static org.jitalloc.arch.elf.CodeFixup.NO_FEATURE;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.jitalloc.arch.support.fixup.CodeRanges;
import org.jitalloc.arch.support.fixup.EntryTable;

/**
 * Calls by the kernel's table of operations, {@code pv_ops}, which each hypervisor fills in its own
 * way. Until Linux 6.7 modules list them in {@code .parainstructions} as {@code struct
 * paravirt_patch_site} (arch/x86/include/asm/paravirt_types.h): the address of the call, the number
 * of the operation, and the length of the call. Since Linux 6.8 they are alternatives with a flag,
 * which {@link Alternatives} reads. The kernel calls what the table holds directly, or puts the
 * operation itself there if that is short; the table is not the module's, so neither can be done
 * here.
 */
final class ParavirtualCalls {
  private static final int ENTRY_BYTES = 16;
  private static final int OPERATION = Long.BYTES;
  private static final int LENGTH = OPERATION + 1;
  private static final byte INDIRECT = (byte) 0xff;
  private static final byte BY_ADDRESS = 0x15;

  private ParavirtualCalls() {}

  /** Reads the table. */
  static List<CodeFixup> read(EntryTable table, CodeRanges code) {
    List<CodeFixup> fixups = new ArrayList<>();
    for (int i = 0; i < table.count(ENTRY_BYTES); i++) {
      int at = ENTRY_BYTES * i;
      long address = table.longAt(at);
      int bytes = table.byteAt(at + LENGTH);
      if (bytes == 0 || !code.hold(address, bytes)) {
        throw table.leadsNowhere(address, "no code of %d bytes is there".formatted(bytes));
      }
      int operation = table.byteAt(at + OPERATION);
      fixups.add(new CodeFixup(Kind.PARAVIRTUAL, address, bytes, NO_FEATURE, false, operation, 0));
    }
    return fixups;
  }

  /**
   * Tells whether the kernel would change the call.
   *
   * @param fixup the call
   * @param now what is there
   * @param features the features of the processor
   * @return whether its feature is as demanded, and the call is still there: alternatives replace
   *     some where there is no hypervisor
   */
  static boolean isLeft(CodeFixup fixup, byte[] now, IntPredicate features) {
    boolean applies =
        fixup.feature() == NO_FEATURE || features.test(fixup.feature()) != fixup.inverted();
    return applies && isCall(now);
  }

  private static boolean isCall(byte[] now) {
    return now.length >= 2 && now[0] == INDIRECT && now[1] == BY_ADDRESS;
  }
}
