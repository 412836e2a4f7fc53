package org.jitalloc.core.memory;

import java.lang.System.Logger.Level;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.pack.Retired;
import org.jitalloc.core.space.AddressSpace;
import org.jspecify.annotations.Nullable;

/**
 * Takes the places of freed blocks and gives them to others: retired, so that nobody finds the
 * block → in a batch with others, cleared and recycled after a grace period. Whoever gets the place
 * next finds nothing of the owner before. A batch is complete after some hundred frees; a {@link
 * Reaper} sees to those that never are, and to slabs that nobody needs any more.
 */
final class Recycler implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger("org.jitalloc");
  private static final byte[] ZERO = {0};

  private final String target;
  private final AddressSpace space;
  private final byte[] trapFill;
  private final Places places;
  private final GracePeriod grace;
  private final Poker poker;
  private final @Nullable Reaper reaper;

  /**
   * Makes it.
   *
   * @param poker forgets what it knows of text that is cleared
   * @param reaps whether a thread of its own recycles what no later free takes along; else it is
   *     done when this is called, and at no other time
   */
  Recycler(
      String target,
      Arch arch,
      AddressSpace space,
      Places places,
      GracePeriod grace,
      Poker poker,
      boolean reaps) {
    this.target = target;
    this.space = space;
    trapFill = arch.trapFill();
    this.places = places;
    this.grace = grace;
    this.poker = poker;
    reaper =
        reaps ? new Reaper("jitalloc-reaper-" + target, this::reap, this::thinCarefully) : null;
  }

  /**
   * Takes a block back that nobody will use any more, except threads that are inside.
   *
   * @throws org.jitalloc.JitAllocException WRONG_STATE if that was done before
   */
  void free(Block block) {
    Retired batch = places.retire(block);
    if (batch != null) {
      recycleAfterGrace(batch);
      reap();
    }
    // A full batch may have to wait for a thread that is inside: then no later free takes it along.
    if (reaper != null) {
      reaper.wake();
    }
  }

  /** Has something done once no thread is inside any more that is now, freed memory apart. */
  void retire(Runnable action) {
    grace.retire(action);
    if (reaper != null) {
      reaper.wake();
    }
  }

  private void recycleAfterGrace(Retired batch) {
    boolean queued = false;
    try {
      grace.enqueue(() -> batch.recycle(tenant -> clear((Block) tenant)));
      queued = true;
    } finally {
      if (!queued) {
        places.putBack(batch);
      }
    }
  }

  /** Has everything recycled that can be. {@return how many batches have to wait for threads} */
  int settle() {
    places.takeRetired().forEach(this::recycleAfterGrace);
    int waiting = grace.settle();
    tellFailures();
    return waiting;
  }

  /** Logs what was kept while locks were held. */
  private void tellFailures() {
    for (RuntimeException failure : places.takeFailures()) {
      LOG.log(Level.ERROR, "memory of " + target + " stays unused", failure);
    }
    space.takeWarnings().forEach(warning -> LOG.log(Level.WARNING, warning));
  }

  /**
   * As {@link #settle}; then gives back what nobody needs, but no pages that the reaper sees to.
   */
  void settleAndTrim() {
    settle();
    places.trim();
    if (reaper == null) {
      places.thin(true);
    }
    tellFailures();
  }

  private void reap() {
    try {
      if (settle() > 0 && reaper != null) {
        reaper.wake();
      }
    } catch (Throwable failure) {
      LOG.log(Level.ERROR, "freed memory of " + target + " waits for a later free", failure);
    }
  }

  private void thinCarefully(boolean quiet) {
    try {
      places.thin(quiet);
      tellFailures();
      space.retryHugePages();
    } catch (Throwable failure) {
      LOG.log(
          Level.ERROR, "memory of " + target + " that is not in use was not given back", failure);
    }
  }

  /** Makes a block's memory fit for the next one; {@return false if that failed} */
  private boolean clear(Block block) {
    try {
      if (block.hasOwnSlab()) {
        // Its pages go back to the system with what they hold.
        if (block.type().isText()) {
          poker.forgetIn(block.address(), block.spanBytes());
        }
        return true;
      }
      if (block.isSealed()) {
        space.protect(block.address(), block.spanBytes(), PageProtection.RW);
      }
      if (block.type().isWritable() || block.type() == ModMemType.RO_AFTER_INIT) {
        // Its users may have written it without our knowing.
        space.fill(block.address(), block.spanBytes(), ZERO);
      } else {
        clearChanged(block);
      }
      return true;
    } catch (Throwable failure) {
      LOG.log(Level.ERROR, "memory that could not be cleared is not used again: " + block, failure);
      return false;
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

  /** Ends the reaper; returns when it is in no turn any more. */
  @Override
  public void close() {
    if (reaper != null) {
      reaper.close();
    }
  }
}
