package org.jitalloc.modules.objects;

import java.lang.foreign.FunctionDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.ModuleMemory;
import org.jitalloc.Purpose;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.modules.load.HostCode;
import org.jspecify.annotations.Nullable;

/**
 * Branches to code that is not of the objects. For any thread.
 *
 * @param allocator gives memory
 * @param codec knows the branch
 */
record FarCode(JitAllocator allocator, ElfCodec codec) {
  private static final int ALIGN_BYTES = 32;

  /** Branches whose targets are known later than their addresses. For one thread. */
  static final class Branches implements AutoCloseable {
    private final ModuleMemory memory;
    private final @Nullable JitMemory text;
    private final ElfCodec codec;
    private final List<Long> targets = new ArrayList<>();

    private Branches(FarCode maker, int count) {
      codec = maker.codec();
      memory = maker.allocator().newModuleMemory();
      text =
          count == 0
              ? null
              : memory.allocate(
                  new AllocationRequest(
                      ModMemType.TEXT, Purpose.MODULES, count * ALIGN_BYTES, ALIGN_BYTES, null));
    }

    long address(int index) {
      return text == null ? 0 : text.address() + (long) index * ALIGN_BYTES;
    }

    /** The memory that they are in. */
    ModuleMemory memory() {
      return memory;
    }

    void add(long target) {
      targets.add(target);
    }

    /** Writes those that were added; after this they can be called. */
    void publish() {
      if (text == null) {
        return;
      }
      for (int i = 0; i < targets.size(); i++) {
        text.write((long) i * ALIGN_BYTES, codec.farBranch(targets.get(i)));
      }
      memory.publish();
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  Branches branches(int count) {
    return new Branches(this, count);
  }

  /** Calls a function anywhere in the process. */
  @Nullable Object call(
      long address, String what, FunctionDescriptor descriptor, Object... arguments) {
    try (Branches one = branches(1)) {
      one.add(address);
      one.publish();
      return new HostCode(one.memory()).call(one.address(0), what, descriptor, arguments);
    }
  }
}
