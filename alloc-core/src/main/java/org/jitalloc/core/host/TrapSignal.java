package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.jitalloc.core.host.SystemCalls.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.TrapHandler;
import org.jspecify.annotations.Nullable;

/**
 * The signal that sites raise while they are changed, its handler, and the table by which the
 * handler carries threads over them. {@link TrapHandler} defines the layout of the table.
 *
 * <p>Only the holder of the text lock changes the table. The handler may read it at any moment in
 * any thread; while the generation is odd it uses nothing of it.
 *
 * <p>The signal is not blocked while the handler runs. The kernel can deliver another signal before
 * the first instruction of the handler runs, and the handler of that signal can reach a site, too.
 * While the signal is blocked, the kernel ends a process that traps.
 *
 * <p>The code of an installed handler and the part of its table that was used stay mapped until the
 * process ends. A signal of other code may have brought a thread into the handler at any moment,
 * and nothing tells when that thread has left it.
 */
public final class TrapSignal {

  /** Room for about as many records; untouched pages of it take no memory. */
  private static final int MAX_RECORDS = 1 << 20;

  private static final int SA_SIGINFO = 4;
  private static final int SA_ONSTACK = 0x08000000;
  private static final int SA_RESTART = 0x10000000;
  private static final int SA_NODEFER = 0x40000000;
  private static final int SA_RESETHAND = 0x80000000;

  private static final VarHandle LONG = JAVA_LONG.varHandle();

  /**
   * The addresses of all handlers that were installed in this process. Each passes on what is not
   * its own, and its code is never unmapped.
   */
  private static final Set<Long> OURS = ConcurrentHashMap.newKeySet();

  /** What stays mapped until the process ends, by address: lengths in bytes. */
  private static final Map<Long, Long> PERMANENT = new ConcurrentHashMap<>();

  private final SystemCalls os;
  private final long tableAddress;
  private final long tableBytes;
  private final MemorySegment table;

  /** The action that this handler replaced; empty while it is not installed. */
  private byte[] previousAction = {};

  private int signal;
  private long installed;
  private @Nullable TrapRecords records;

  /** The last count of the table. Guarded by the monitor, as the end of the table is. */
  private long carriedInAll;

  private boolean released;

  TrapSignal(SystemCalls os, ResourceStack resources) {
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
    resources.add(this::unmapTable);
    table = RawMemory.at(tableAddress, tableBytes);
  }

  /** Keeps the part that a handler may read. */
  private void unmapTable() {
    long kept = 0;
    if (records != null) {
      long used = TrapHandler.RECORDS_OFFSET + records.usedBytes();
      kept = (used + os.pageBytes() - 1) & -os.pageBytes();
      PERMANENT.put(tableAddress, kept);
    }
    if (kept < tableBytes) {
      os.munmap(tableAddress + kept, tableBytes - kept);
    }
  }

  /** {@return what stays mapped until the process ends, by address: lengths in bytes} */
  static Map<Long, Long> permanent() {
    return Map.copyOf(PERMANENT);
  }

  /** {@return how many threads were carried over a site so far} */
  public synchronized long carried() {
    return released
        ? carriedInAll
        : (long) LONG.getVolatile(table, (long) TrapHandler.CARRIED_OFFSET);
  }

  /** {@return the number of addresses that have a record} */
  public int records() {
    return records == null ? 0 : records.live();
  }

  /**
   * Installs the handler if that was not done. Signals that are not for it go to the action that it
   * replaces.
   *
   * @param handler emits the code
   * @param text the addresses that can hold sites
   * @throws JitAllocException UNSUPPORTED if a handler of other code was installed over this one:
   *     it may not pass signals on, and a thread that trapped at a site would die; SYSTEM if the
   *     system refuses
   */
  public void install(TrapHandler handler, AddressRange text) {
    if (installed == 0) {
      PageRun code = new PermanentCode(os).map(handler.code(tableAddress, text));
      try {
        install(handler, code);
      } catch (JitAllocException refused) {
        os.munmap(code.start(), code.bytes());
        throw refused;
      }
    }
    requireInstalled();
  }

  private void install(TrapHandler handler, PageRun code) {
    SigactionLayout layout = SigactionLayout.ofThisMachine();
    var empty = new TrapRecords(table.asSlice(TrapHandler.RECORDS_OFFSET), handler.recordBytes());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment old = arena.allocate(layout.bytes());
      os.sigaction(handler.signal(), MemorySegment.NULL, old);
      LONG.setVolatile(
          table, (long) TrapHandler.PREVIOUS_OFFSET, old.get(JAVA_LONG, layout.handler()));
      MemorySegment action = arena.allocate(layout.bytes());
      action.copyFrom(old);
      action.set(JAVA_LONG, layout.handler(), code.start());
      int flags = old.get(JAVA_INT, layout.flags());
      int ours = flags & ~SA_RESETHAND | SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER;
      action.set(JAVA_INT, layout.flags(), ours);
      long blocked = action.get(JAVA_LONG, layout.mask());
      action.set(JAVA_LONG, layout.mask(), blocked & ~(1L << handler.signal() - 1));
      byte[] previous = old.toArray(ValueLayout.JAVA_BYTE);
      OURS.add(code.start());
      PERMANENT.put(code.start(), code.bytes());
      try {
        os.sigaction(handler.signal(), action, MemorySegment.NULL);
      } catch (JitAllocException refused) {
        OURS.remove(code.start());
        PERMANENT.remove(code.start());
        throw refused;
      }
      // From here on nothing is allocated or called: what is installed is known to be.
      previousAction = previous;
      signal = handler.signal();
      records = empty;
      installed = code.start();
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

  private void requireInstalled() {
    long handler = currentHandler();
    if (!OURS.contains(handler)) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "signal %d goes to a handler at 0x%x, installed over this allocator's at 0x%x; install it before the first poke"
              .formatted(signal, handler, installed));
    }
  }

  /**
   * Adds, replaces and removes records. A site needs its record before anything traps there, and
   * until the last of it is code again.
   *
   * @param coming the records that are added or replaced
   * @param gone the addresses of the records that are removed
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
      // Threads that trap wait for an even generation, also after a failure.
      LONG.setVolatile(table, (long) TrapHandler.COUNT_OFFSET, (long) known.slots());
      VarHandle.fullFence();
      LONG.setVolatile(table, (long) TrapHandler.GENERATION_OFFSET, generation + 2);
    }
  }

  /**
   * Gives the signal back to the action that it had before.
   *
   * @return false if another handler was installed over this one and may still call it: then
   *     nothing is given back
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
      previousAction = new byte[0];
    }
    carriedInAll = carried();
    released = true;
    return true;
  }
}
