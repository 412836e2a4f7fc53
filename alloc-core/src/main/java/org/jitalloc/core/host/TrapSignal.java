package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.jitalloc.core.host.SystemCalls.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.TrapHandler;
import org.jspecify.annotations.Nullable;

/**
 * The signal that places in the middle of a change raise, and the table by which its handler
 * carries threads over them. The layout of the table is {@link TrapHandler}'s.
 *
 * <p>Only the poker changes the table, one change at a time. The handler may read it at any moment
 * in any thread: while the generation is odd it reads nothing.
 */
public final class TrapSignal {

  /** Room for about as many places; addresses alone, memory is taken as it is used. */
  private static final int MAX_RECORDS = 1 << 20;

  private static final int SA_SIGINFO = 4;
  private static final int SA_ONSTACK = 0x08000000;
  private static final int SA_RESTART = 0x10000000;
  private static final int SA_RESETHAND = 0x80000000;

  private static final VarHandle LONG = JAVA_LONG.varHandle();

  /** The handlers of all targets of this process: each hands on what is not its own. */
  private static final Set<Long> OURS = ConcurrentHashMap.newKeySet();

  private final SystemCalls os;
  private final long tableAddress;
  private final long tableBytes;
  private final MemorySegment table;

  /** What was there before this handler; empty while it is not installed. */
  private byte[] previousAction = {};

  private int signal;
  private long installed;
  private @Nullable TrapRecords records;

  /** What the table said last; guarded by the monitor, as the end of the table is. */
  private long carriedInAll;

  private boolean released;

  TrapSignal(SystemCalls os, Holdings holdings) {
    this.os = os;
    tableBytes = MAX_RECORDS * 64L;
    tableAddress =
        os.mmap(
            0,
            tableBytes,
            PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
            -1,
            0);
    holdings.add(() -> os.munmap(tableAddress, tableBytes));
    table = RawMemory.at(tableAddress, tableBytes);
  }

  /** {@return where the table is, for the handler's code} */
  public long tableAddress() {
    return tableAddress;
  }

  /** {@return how many threads were carried over a place so far} */
  public synchronized long carried() {
    return released
        ? carriedInAll
        : (long) LONG.getVolatile(table, (long) TrapHandler.CARRIED_OFFSET);
  }

  /**
   * Installs a handler; what was there before gets the signals that are not ours.
   *
   * @param handler what is emitted at the address
   * @param codeAddress the address of its code
   */
  public void install(TrapHandler handler, long codeAddress) {
    SigactionLayout layout = SigactionLayout.ofThisMachine();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment old = arena.allocate(layout.bytes());
      os.sigaction(handler.signal(), MemorySegment.NULL, old);
      LONG.setVolatile(
          table, (long) TrapHandler.PREVIOUS_OFFSET, old.get(JAVA_LONG, layout.handler()));
      MemorySegment action = arena.allocate(layout.bytes());
      action.copyFrom(old);
      action.set(JAVA_LONG, layout.handler(), codeAddress);
      int flags = old.get(JAVA_INT, layout.flags());
      int ours = flags & ~SA_RESETHAND | SA_SIGINFO | SA_ONSTACK | SA_RESTART;
      action.set(JAVA_INT, layout.flags(), ours);
      os.sigaction(handler.signal(), action, MemorySegment.NULL);
      previousAction = old.toArray(ValueLayout.JAVA_BYTE);
      signal = handler.signal();
      installed = codeAddress;
      OURS.add(codeAddress);
      records = new TrapRecords(table.asSlice(TrapHandler.RECORDS_OFFSET), handler.recordBytes());
    }
  }

  /** The handler that the signal has now. */
  private long currentHandler() {
    SigactionLayout layout = SigactionLayout.ofThisMachine();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment now = arena.allocate(layout.bytes());
      os.sigaction(signal, MemorySegment.NULL, now);
      return now.get(JAVA_LONG, layout.handler());
    }
  }

  /**
   * A stranger's handler over ours may not hand signals on: a thread at our places would die.
   *
   * @throws JitAllocException UNSUPPORTED if the signal was taken by somebody else
   */
  public void requireInstalled() {
    long handler = currentHandler();
    if (!OURS.contains(handler)) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "signal %d goes to a handler at 0x%x, installed over this allocator's at 0x%x; install it before the first poke"
              .formatted(signal, handler, installed));
    }
  }

  /**
   * Makes places known, and others no more. They have to be known before anything traps there, and
   * until the last of them is code again.
   *
   * @param coming the places that come, or of which something else is to be known
   * @param gone the addresses of those that go
   * @throws JitAllocException UNSUPPORTED if there are too many; nothing has changed then
   */
  public void change(Collection<PokePlan.Trap> coming, Collection<Long> gone) {
    TrapRecords known = Objects.requireNonNull(records, "not installed");
    known.require(coming.size());
    long generation = (long) LONG.getVolatile(table, (long) TrapHandler.GENERATION_OFFSET);
    LONG.setVolatile(table, (long) TrapHandler.GENERATION_OFFSET, generation + 1);
    VarHandle.fullFence();
    try {
      known.remove(gone);
      known.put(coming);
    } finally {
      // Whatever fails: threads that trap wait for this.
      LONG.setVolatile(table, (long) TrapHandler.COUNT_OFFSET, (long) known.slots());
      VarHandle.fullFence();
      LONG.setVolatile(table, (long) TrapHandler.GENERATION_OFFSET, generation + 2);
    }
  }

  /**
   * Gives the signal back to who had it. The table goes with the space.
   *
   * @return false if somebody installed a handler over ours and may still call it: then nothing is
   *     given back, and the handler's code has to stay
   */
  public synchronized boolean release() {
    if (previousAction.length > 0) {
      if (currentHandler() != installed) {
        return false;
      }
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment old = arena.allocate(previousAction.length, 8);
        MemorySegment.copy(previousAction, 0, old, ValueLayout.JAVA_BYTE, 0, previousAction.length);
        os.sigaction(signal, old, MemorySegment.NULL);
      }
      OURS.remove(installed);
      previousAction = new byte[0];
      os.membarrier(MEMBARRIER_PRIVATE_EXPEDITED_SYNC_CORE);
    }
    carriedInAll = carried();
    released = true;
    return true;
  }
}
