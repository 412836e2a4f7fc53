package org.jitalloc.modules.objects;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.SequencedSet;
import org.jitalloc.ModuleMemory;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.load.HostCode;

/**
 * Functions that choose the function that is meant (IFUNC). What is called in their place is a
 * branch; it exists before the objects are bound, and its target is known when they can run. For
 * one thread.
 */
final class Choosers implements AutoCloseable {
  private static final FunctionDescriptor CHOOSER =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final Path AUXILIARY_VECTOR = Path.of("/proc/self/auxv");
  private static final long AT_HWCAP = 16;

  private final List<Long> choosers;
  private final FarCode.Branches branches;

  Choosers(List<Unit> units, FarCode far) {
    SequencedSet<Long> found = new LinkedHashSet<>();
    for (Unit unit : units) {
      ElfObject object = unit.object();
      for (int i = 1; i < object.symbolCount(); i++) {
        if (object.symbolType(i) == Elf.STT_GNU_IFUNC && unit.defines(i)) {
          found.add(unit.address(i));
        }
      }
    }
    choosers = List.copyOf(found);
    branches = far.branches(choosers.size());
  }

  /** What is called instead of a chooser. */
  OptionalLong branch(long chooser) {
    int index = choosers.indexOf(chooser);
    return index < 0 ? OptionalLong.empty() : OptionalLong.of(branches.address(index));
  }

  /** The memory of what is called. */
  ModuleMemory memory() {
    return branches.memory();
  }

  /** Runs the choosers, once their code can run. */
  void choose(HostCode code) {
    if (choosers.isEmpty()) {
      return;
    }
    long features = features();
    for (long chooser : choosers) {
      Object chosen = code.call(chooser, "a function that chooses", CHOOSER, features, 0L);
      if (!(chosen instanceof Long target) || target == 0) {
        throw new ModuleException(
            Reason.UNSUPPORTED, "the IFUNC at 0x%x chooses no function".formatted(chooser));
      }
      branches.add(target);
    }
    branches.publish();
  }

  /** What the kernel says of the processor; choosers of some architectures are told. */
  private static long features() {
    try {
      ByteBuffer vector =
          ByteBuffer.wrap(Files.readAllBytes(AUXILIARY_VECTOR)).order(ByteOrder.nativeOrder());
      while (vector.remaining() >= 2 * Long.BYTES) {
        long type = vector.getLong();
        long value = vector.getLong();
        if (type == AT_HWCAP) {
          return value;
        }
      }
    } catch (IOException unreadable) {
      return 0;
    }
    return 0;
  }

  @Override
  public void close() {
    branches.close();
  }
}
