package org.jitalloc.core.memory;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jitalloc.JitMemory;

/**
 * What all have in their hands who can still free some blocks: the handle of one, or a module's set
 * and the handles of its memories. When nobody has it any more, the blocks that are not freed are
 * lost.
 */
final class Claim {

  private final Watch watch;

  Claim(Set<Watch> watches, ReferenceQueue<Object> queue, List<StackWalker.StackFrame> stack) {
    watch = new Watch(this, watches, queue, stack);
  }

  /** Gives a handle for a block, which belongs to this claim from now on. */
  JitMemory handle(Block block) {
    watch.add(block);
    return new TrackedMemory(block, this);
  }

  /** Says that a block was freed. */
  void freed() {
    watch.endIfFreed();
    Reference.reachabilityFence(this);
  }

  /** What is known of a claim, and left when it is gone. The monitor guards the blocks. */
  static final class Watch extends PhantomReference<Claim> {

    private final Set<Watch> watches;
    private final List<Block> blocks = new ArrayList<>(1);

    /** As it was walked: to make text of it takes ten times as long. */
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
      if (blocks.stream().allMatch(Block::isFreed)) {
        watches.remove(this);
      }
    }

    /** Ends the watch. {@return the blocks that are not freed} */
    synchronized List<Block> end() {
      watches.remove(this);
      return held();
    }

    synchronized List<Block> held() {
      return blocks.stream().filter(block -> !block.isFreed()).toList();
    }

    Instant since() {
      return since;
    }

    List<StackTraceElement> stack() {
      return stack.stream().map(StackWalker.StackFrame::toStackTraceElement).toList();
    }
  }
}
