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
 * The signal handler for threads that trap at a site during a poke, and the table with which it
 * emulates the instruction of the site. {@link TrapHandler} defines the layout of the table.
 *
 * <p>Only the holder of the text lock changes the table. The handler can read it at any time in any
 * thread. While the generation is odd, the handler does not use the content.
 *
 * <p>The signal is not blocked while the handler runs. The kernel can deliver another signal before
 * the first instruction of the handler, and the handler of that signal can reach a site, too. The
 * kernel ends a process that traps while the signal is blocked.
 *
 * <p>The code of an installed handler and the used part of its table stay mapped until the process
 * ends: a signal of other code can bring a thread into the handler at any time, and there is no way
 * to detect that this thread has left it.
 */
public final class TrapSignal {

  /** The approximate capacity of the table, in records. Unused pages need no memory. */
  private static final int MAX_RECORDS = 1 << 20;

  private static final int SA_SIGINFO = 4;
  private static final int SA_ONSTACK = 0x08000000;
  private static final int SA_RESTART = 0x10000000;
  private static final int SA_NODEFER = 0x40000000;
  private static final int SA_RESETHAND = 0x80000000;

  private static final VarHandle LONG = JAVA_LONG.varHandle();

  /**
   * The addresses of all handlers that were installed in this process. Each of them calls the
   * previous handler for foreign signals, and its code is never unmapped.
   */
  private static final Set<Long> OURS = ConcurrentHashMap.newKeySet();

  /** The ranges that stay mapped until the process ends: lengths in bytes by first address. */
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

  /** The counter of emulated traps when the table was released. Guarded by the monitor. */
  private long carriedAtRelease;

  /** Guarded by the monitor. */
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

  /** Unmaps the table, except the part that a handler can read. */
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

  /** {@return the ranges that stay mapped until the process ends: lengths by first address} */
  static Map<Long, Long> permanent() {
    return Map.copyOf(PERMANENT);
  }

  /** {@return how many traps at sites the handler has emulated so far} */
  public synchronized long carried() {
    return released
        ? carriedAtRelease
        : (long) LONG.getVolatile(table, (long) TrapHandler.CARRIED_OFFSET);
  }

  /** {@return the number of addresses that have a record} */
  public int records() {
    return records == null ? 0 : records.live();
  }

  /**
   * Installs the handler if it is not installed. It passes foreign signals to the action that it
   * replaces. The caller holds the text lock.
   *
   * @param handler emits the code
   * @param text the addresses of possible sites
   * @throws JitAllocException UNSUPPORTED if other code has replaced this handler, because that
   *     code may not pass signals on, and a trap at a site would end the process; SYSTEM if a
   *     system call fails
   */
  public void install(TrapHandler handler, AddressRange text) {
    if (installed == 0) {
      PageRange code = new PermanentCode(os).map(handler.code(tableAddress, text));
      try {
        install(handler, code);
      } catch (JitAllocException refused) {
        os.munmap(code.start(), code.bytes());
        throw refused;
      }
    }
    requireInstalled();
  }

  private void install(TrapHandler handler, PageRange code) {
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
      // No allocation and no call from here on: the fields match the installed handler.
      previousAction = previous;
      signal = handler.signal();
      records = empty;
      installed = code.start();
    }
  }

  /** {@return the address of the current handler of the signal} */
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
          "another handler of signal %d, at 0x%x, has replaced the handler of this allocator, at 0x%x; install it before the first poke"
              .formatted(signal, handler, installed));
    }
  }

  /**
   * Adds, replaces and removes records. A site needs a record from before its first trap until no
   * processor can trap there. The caller holds the text lock.
   *
   * @param added the records to add or replace
   * @param removed the addresses of the records to remove
   * @throws JitAllocException UNSUPPORTED if the table is full; nothing has changed then
   */
  public void change(Collection<PokePlan.Trap> added, Collection<Long> removed) {
    TrapRecords known = Objects.requireNonNull(records, "not installed");
    known.require(added.size());
    long generation = (long) LONG.getVolatile(table, (long) TrapHandler.GENERATION_OFFSET);
    LONG.setVolatile(table, (long) TrapHandler.GENERATION_OFFSET, generation + 1);
    VarHandle.fullFence();
    try {
      known.remove(removed);
      known.put(added);
    } finally {
      // A thread in the handler waits for an even generation, also after a failure here.
      LONG.setVolatile(table, (long) TrapHandler.COUNT_OFFSET, (long) known.slots());
      VarHandle.fullFence();
      LONG.setVolatile(table, (long) TrapHandler.GENERATION_OFFSET, generation + 2);
    }
  }

  /**
   * Restores the previous action of the signal. The resource stack unmaps the table.
   *
   * @return false if other code has replaced this handler and may still call it; nothing has
   *     changed then
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
    carriedAtRelease = carried();
    released = true;
    return true;
  }
}
