package org.jitalloc.modules.objects;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.ModuleMemory;
import org.jitalloc.Purpose;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;

/**
 * Copies of variables of the C library that code for executables ({@code -fPIE}) reads where it can
 * reach only 2 GiB. Executables have copies, too. Only of what never changes: the streams. For one
 * thread.
 */
final class Copies {
  private static final Set<String> NAMES = Set.of("stdin", "stdout", "stderr");
  private static final FunctionDescriptor COPY =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /** Where the variables are, by where their copies are. */
  private final Map<Long, Long> originals = new HashMap<>();

  private final Map<String, Long> copies = new HashMap<>();

  /** Gives memory to those that objects want and that are out of reach. */
  void place(List<Unit> units, ModuleMemory memory, Function<String, OptionalLong> library) {
    for (Unit unit : units) {
      ElfObject object = unit.object();
      for (int i = 1; i < object.symbolCount(); i++) {
        if (object.symbolSection(i) == Elf.SHN_UNDEF && NAMES.contains(object.symbolName(i))) {
          String name = object.symbolName(i);
          OptionalLong original = library.apply(name);
          if (original.isPresent()
              && !copies.containsKey(name)
              && isFar(original.getAsLong() - unit.anyAddress())) {
            long copy = room(memory).address();
            originals.put(copy, original.getAsLong());
            copies.put(name, copy);
          }
        }
      }
    }
  }

  private static boolean isFar(long distance) {
    return Math.abs(distance) > Integer.MAX_VALUE / 2;
  }

  private static JitMemory room(ModuleMemory memory) {
    JitMemory room =
        memory.allocate(
            new AllocationRequest(ModMemType.DATA, Purpose.MODULES, Long.BYTES, Long.BYTES, null));
    room.write(0, new byte[Long.BYTES]);
    return room;
  }

  OptionalLong find(String name) {
    Long copy = copies.get(name);
    return copy == null ? OptionalLong.empty() : OptionalLong.of(copy);
  }

  /** Copies the values, once the memory is published. */
  void fill(FarCode far, Function<String, OptionalLong> library) {
    if (originals.isEmpty()) {
      return;
    }
    long function = library.apply("memcpy").orElseThrow();
    originals.forEach(
        (copy, original) -> far.call(function, "memcpy", COPY, copy, original, (long) Long.BYTES));
  }
}
