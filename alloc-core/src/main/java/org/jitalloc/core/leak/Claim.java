package org.jitalloc.core.leak;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jitalloc.JitMemory;
import org.jitalloc.core.block.Block;
import org.jitalloc.core.block.BlockHandle;

/**
 * Is reachable while some blocks can still be freed: from the handle of one block, or from a
 * module's set and the handles of its memories. When it is garbage, the blocks that are not freed
 * are lost.
 */
public final class Claim {

  private final Watch watch;

  Claim(Set<Watch> watches, ReferenceQueue<Object> queue, List<StackWalker.StackFrame> stack) {
    watch = new Watch(this, watches, queue, stack);
  }

  /** {@return a handle of a block, which this claim watches from now on} */
  public JitMemory handle(Block block) {
    watch.add(block);
    return new BlockHandle(block, this::freed);
  }

  /** Notes that a block was freed. */
  public void freed() {
    watch.endIfFreed();
    Reference.reachabilityFence(this);
  }

  /** Remains when a claim is garbage. The monitor guards the blocks. */
  static final class Watch extends PhantomReference<Claim> {

    private final Set<Watch> watches;
    private final List<Block> blocks = new ArrayList<>(1);

    /** The frames as walked: to convert them takes ten times as long. */
    private final List<StackWalker.StackFrame> stack;

    private final Instant since = Instant.now();

    private Watch(
        Claim claim,
        Set<Watch> watches,
        ReferenceQueue<Object> queue,
        List<StackWalker.StackFrame> stack) {
      super(claim, queue);
      this.watches = watches;
      this.stack = stack;
    }

    private synchronized void add(Block block) {
      blocks.removeIf(Block::isFreed);
      blocks.add(block);
      watches.add(this);
    }

    private synchronized void endIfFreed() {
      if (blocks.stream().noneMatch(Watch::isHeld)) {
        watches.remove(this);
      }
    }

    /** Ends the watch. {@return the blocks that are not freed} */
    synchronized List<Block> end() {
      watches.remove(this);
      return held();
    }

    synchronized List<Block> held() {
      return blocks.stream().filter(Watch::isHeld).toList();
    }

    /** A block that was refused has no place. */
    private static boolean isHeld(Block block) {
      return block.hasPlace() && !block.isFreed();
    }

    Instant since() {
      return since;
    }

    List<StackTraceElement> stack() {
      return stack.stream().map(StackWalker.StackFrame::toStackTraceElement).toList();
    }
  }
}
