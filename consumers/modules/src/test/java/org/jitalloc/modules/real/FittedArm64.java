package org.jitalloc.modules.real;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jitalloc.JitMemory;
import org.jitalloc.modules.real.FittedModule.Reference;

/** For a processor with all features and all faults. */
final class FittedArm64 extends FittedPlaces {
  private static final int ENTRY_BYTES = 12;
  private static final int NOP = 0xd503201f;

  @Override
  Set<Integer> features() {
    return IntStream.range(0, 1024).boxed().collect(Collectors.toUnmodifiableSet());
  }

  @Override
  void check(FittedModule module) {
    Map<Long, Reference> table = module.references(".altinstructions");
    int section = module.object.findSection(".altinstructions");
    for (long at = 0; table.containsKey(at); at += ENTRY_BYTES) {
      ByteBuffer entry =
          module
              .object
              .sectionContent(section)
              .slice((int) at, ENTRY_BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
      place(module, table.get(at), table.get(at + 4), entry);
    }
    module.memories().stream()
        .filter(memory -> memory.type().isText())
        .forEach(memory -> ends(module, memory));
  }

  private void place(FittedModule module, Reference site, Reference other, ByteBuffer entry) {
    long to = module.address(site);
    boolean isCallback = entry.getShort(8) < 0;
    for (int i = 0; i < entry.get(10); i += 4) {
      int now = insn(module.now(to + i, 4));
      boolean isRight;
      if (isCallback) {
        isRight = now == NOP;
      } else {
        long from = module.address(other) + i;
        int wanted = insn(module.before(from, 4));
        isRight =
            (wanted & 0xfc000000) == 0x14000000
                ? (now & 0xfc000000) == 0x14000000
                    && to + i + distance(now) == from + distance(wanted)
                : now == wanted;
      }
      String kind = isCallback ? "instruction made nothing" : "alternative instruction";
      require(isRight, kind, module, to + i, module.now(to + i, 4));
    }
  }

  private static long distance(int branch) {
    return (long) (branch << 6 >> 6) << 2;
  }

  private static int insn(byte[] code) {
    return ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  /** No ADRP in the last two words of a page. */
  private void ends(FittedModule module, JitMemory memory) {
    long first = (memory.address() & -4096) + 0xff8;
    for (long at = first; at + 8 <= memory.address() + memory.bytes(); at += 4096) {
      for (long word = at; word < at + 8; word += 4) {
        if (word - memory.address() >= 0) {
          byte[] now = memory.read(word - memory.address(), 4);
          boolean isAdrp = (insn(now) & 0x9f000000) == 0x90000000;
          require(!isAdrp, "word at the end of a page", module, word, now);
        }
      }
    }
  }
}
