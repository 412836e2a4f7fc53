package org.jitalloc.core.reclaim;

import java.lang.System.Logger.Level;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.block.Block;
import org.jitalloc.core.grace.GracePeriod;
import org.jitalloc.core.grace.Reaper;
import org.jitalloc.core.pack.Retired;
import org.jitalloc.core.placement.SpanAllocator;
import org.jitalloc.core.poke.Poker;
import org.jitalloc.core.space.AddressSpace;
import org.jspecify.annotations.Nullable;

/**
 * Reclaims the places of freed blocks. A freed block is retired, so that no lookup finds it. It is
 * cleared and recycled after a grace period, in a batch with others. The next owner of the place
 * finds no data of the previous one. A batch is complete after some hundred frees; a {@link Reaper}
 * recycles incomplete batches, and gives back slabs that are not needed.
 */
public final class Recycler implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger("org.jitalloc");
  private static final byte[] ZERO = {0};

  private final String target;
  private final AddressSpace space;
  private final byte[] trapFill;
  private final SpanAllocator spans;
  private final GracePeriod grace;
  private final Poker poker;
  private final @Nullable Reaper reaper;

  /**
   * Makes it.
   *
   * @param target the name of the target
   * @param poker forgets the breakpoints in text that is cleared
   * @param reaps whether a thread recycles incomplete batches; otherwise only calls do
   */
  public Recycler(
      String target,
      Arch arch,
      AddressSpace space,
      SpanAllocator spans,
      GracePeriod grace,
      Poker poker,
      boolean reaps) {
    this.target = target;
    this.space = space;
    trapFill = arch.trapFill();
    this.spans = spans;
    this.grace = grace;
    this.poker = poker;
    reaper =
        reaps ? new Reaper("jitalloc-reaper-" + target, this::reap, this::thinCarefully) : null;
  }

  /**
   * Frees a block. Threads that are inside may still use it.
   *
   * @throws org.jitalloc.JitAllocException WRONG_STATE if it was freed before
   */
  public void free(Block block) {
    Retired batch = spans.retire(block);
    if (batch != null) {
      recycleAfterGrace(batch);
      reap();
    }
    // A full batch may wait for a thread that is inside. Then no later free recycles it.
    if (reaper != null) {
      reaper.wake();
    }
  }

  /** Runs an action once all threads that are inside now have left. */
  public void retire(Runnable action) {
    grace.retire(action);
    if (reaper != null) {
      reaper.wake();
    }
  }

  private void recycleAfterGrace(Retired batch) {
    boolean queued = false;
    try {
      grace.enqueue(() -> recycle(batch));
      queued = true;
    } finally {
      if (!queued) {
        spans.putBack(batch);
      }
    }
  }

  private void recycle(Retired batch) {
    boolean recycled = false;
    try {
      batch.recycle(owner -> clear((Block) owner));
      recycled = true;
    } finally {
      if (!recycled) {
        spans.putBack(batch);
      }
    }
  }

  /** Recycles all that can be. {@return the number of batches and actions that wait for threads} */
  public int settle() {
    spans.takeRetired(this::recycleAfterGrace);
    int waiting = grace.settle();
    tellFailures();
    return waiting;
  }

  /** Logs the failures and warnings that were kept while locks were held. */
  private void tellFailures() {
    for (RuntimeException failure : spans.takeFailures()) {
      LOG.log(Level.ERROR, "memory of " + target + " stays unused", failure);
    }
    space.takeWarnings().forEach(warning -> LOG.log(Level.WARNING, warning));
  }

  /**
   * As {@link #settle}; then gives back slabs that are not needed, but no pages that the reaper
   * gives back.
   */
  public void settleAndTrim() {
    settle();
    spans.trim();
    if (reaper == null) {
      spans.thin(true);
    }
    tellFailures();
  }

  private void reap() {
    try {
      if (settle() > 0 && reaper != null) {
        reaper.wake();
      }
    } catch (Throwable failure) {
      log("freed memory of " + target + " waits for a later free", failure);
    }
  }

  private void thinCarefully(boolean quiet) {
    try {
      spans.thin(quiet);
      tellFailures();
      space.retryHugePages();
    } catch (Throwable failure) {
      log("memory of " + target + " that is not in use was not given back", failure);
    }
  }

  /** Clears the memory of a block for the next one. {@return false if that failed} */
  private boolean clear(Block block) {
    try {
      if (block.hasOwnSlab()) {
        // Its pages go back to the system with their content.
        if (block.type().isText()) {
          poker.forgetIn(block.address(), block.spanBytes());
        }
        return true;
      }
      if (block.isSealed()) {
        space.protect(block.address(), block.spanBytes(), PageProtection.RW);
      }
      if (block.type().isWritable() || block.type() == ModMemType.RO_AFTER_INIT) {
        // Its users may have written it by its address.
        space.fill(block.address(), block.spanBytes(), ZERO);
      } else {
        clearChanged(block);
      }
      return true;
    } catch (VirtualMachineError noRoom) {
      // The Java heap or the stack is full now. The batch is put back and cleared later.
      throw noRoom;
    } catch (Throwable failure) {
      log("memory that could not be cleared is not used again: " + block, failure);
      return false;
    }
  }

  /** Logs an error. A log handler that fails does not stop what comes next. */
  private static void log(String message, Throwable failure) {
    try {
      LOG.log(Level.ERROR, message, failure);
    } catch (Throwable again) {
      // The memory matters more than the message.
    }
  }

  private void clearChanged(Block block) {
    long bytes = block.changedBytes();
    if (bytes > 0 && block.type().isText()) {
      poker.forgetIn(block.address(), bytes);
      space.fill(block.address(), bytes, trapFill);
      space.makeCoherent(block.address(), bytes);
    } else if (bytes > 0) {
      space.fill(block.address(), bytes, ZERO);
    }
  }

  /** Ends the reaper. Returns when it is in no turn any more. */
  @Override
  public void close() {
    if (reaper != null) {
      reaper.close();
    }
  }
}
