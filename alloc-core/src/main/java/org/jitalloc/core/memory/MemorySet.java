package org.jitalloc.core.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.ModuleMemory;

/** Memories that are published, initialised and freed together. The monitor guards everything. */
final class MemorySet implements ModuleMemory {

  private enum Stage {
    FORMING,
    PUBLISHED,
    INITIALISED,
    CLOSED
  }

  private final Function<AllocationRequest, Block> allocator;
  private final List<Block> blocks = new ArrayList<>();
  private Stage stage = Stage.FORMING;

  MemorySet(Function<AllocationRequest, Block> allocator) {
    this.allocator = allocator;
  }

  @Override
  public synchronized JitMemory allocate(AllocationRequest request) {
    require(Stage.FORMING, "memory can be added to a set that is being formed only");
    Block block = allocator.apply(request);
    blocks.add(block);
    return block;
  }

  @Override
  public synchronized List<JitMemory> memories() {
    blocks.removeIf(block -> block.state() == JitMemory.State.FREED);
    return List.copyOf(blocks);
  }

  @Override
  public synchronized void publish() {
    require(Stage.FORMING, "a set can be published once");
    try {
      blocks.forEach(Block::publish);
      stage = Stage.PUBLISHED;
    } catch (RuntimeException failure) {
      close();
      throw failure;
    }
  }

  @Override
  public synchronized void initDone() {
    require(Stage.PUBLISHED, "only a published set can be initialised, once");
    for (Block block : blocks) {
      if (block.type() == ModMemType.RO_AFTER_INIT) {
        block.seal();
      } else if (block.type().isInit()) {
        block.closeQuietly();
      }
    }
    stage = Stage.INITIALISED;
  }

  @Override
  public synchronized void close() {
    stage = Stage.CLOSED;
    blocks.forEach(Block::closeQuietly);
    blocks.clear();
  }

  private void require(Stage wanted, String message) {
    if (stage != wanted) {
      throw new JitAllocException(Reason.WRONG_STATE, message + ": the set is " + stage);
    }
  }
}
