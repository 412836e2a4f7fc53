package org.jitalloc.core.memory;

import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/** Who allocates from a target, and what they hold. When they go, so does what they hold. */
final class Owner implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger("org.jitalloc");

  private final String name;
  private final Consumer<Owner> gone;
  private volatile boolean closed;
  private final Set<Block> held = ConcurrentHashMap.newKeySet();

  Owner(String name, Consumer<Owner> gone) {
    this.name = name;
    this.gone = gone;
  }

  String name() {
    return name;
  }

  Set<Block> held() {
    return held;
  }

  /** Makes this the owner of a block, which is freed at once if the owner went away. */
  void add(Block block) {
    held.add(block);
    if (closed) {
      block.closeQuietly();
      throw new JitAllocException(Reason.WRONG_STATE, name + " went away and cannot allocate");
    }
  }

  void remove(Block block) {
    held.remove(block);
  }

  /** Frees all that is still held. */
  @Override
  public void close() {
    closed = true;
    if (!held.isEmpty()) {
      long bytes = held.stream().mapToLong(Block::bytes).sum();
      LOG.log(
          Level.WARNING,
          "{0} went away without freeing {1} allocations of {2} bytes; they are freed now",
          name,
          held.size(),
          bytes);
    }
    held.forEach(Block::closeQuietly);
    gone.accept(this);
  }
}
