package org.jitalloc.modules.real;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jitalloc.modules.ModuleSection;
import org.jitalloc.modules.RelocationObserver.Content;
import org.jitalloc.modules.real.FittedModule.Reference;

/**
 * For a processor with all facilities. Modules of Debian's 6.1 have alternatives only, and in these
 * nothing that is relocated: so each place is what the file has for it, and all other code stays,
 * branches through thunks too, if there ever are any: then this fails, and has to know more.
 */
final class FittedS390 extends FittedPlaces {
  private static final int ENTRY_BYTES = 11;

  @Override
  Set<Integer> features() {
    return IntStream.range(0, 1024).boxed().collect(Collectors.toUnmodifiableSet());
  }

  @Override
  void check(FittedModule module) {
    Map<Integer, byte[]> expected =
        module.code().stream()
            .collect(Collectors.toMap(one -> one.section().index(), one -> one.bytes().clone()));
    Map<Long, Reference> table = module.references(".altinstructions");
    int section = module.object.findSection(".altinstructions");
    for (long at = 0; table.containsKey(at); at += ENTRY_BYTES) {
      ByteBuffer entry = module.object.sectionContent(section).slice((int) at, ENTRY_BYTES);
      byte[] other = other(module, table.get(at + 4), entry.get(10));
      long place = module.address(table.get(at));
      ModuleSection code = module.sectionAt(place);
      int offset = (int) (place - code.address());
      System.arraycopy(other, 0, expected.get(code.index()), offset, other.length);
      byte[] now = module.now(place, other.length);
      String kind = "alternative of facility " + (entry.getShort(8) & 0xffff);
      require(Arrays.equals(other, now), kind, module, place, now);
    }
    for (Content code : module.code()) {
      long address = code.section().address();
      byte[] now = module.now(address, code.bytes().length);
      boolean isRight = Arrays.equals(expected.get(code.section().index()), now);
      require(isRight, "section of code", module, address, Arrays.copyOf(now, 8));
    }
  }

  /** What the file has for a place. */
  private static byte[] other(FittedModule module, Reference reference, int bytes) {
    var other = new byte[bytes];
    int section = module.object.symbolSection(reference.symbol());
    long offset = module.object.symbolValue(reference.symbol()) + reference.addend();
    module.object.sectionContent(section).get((int) offset, other);
    return other;
  }
}
