package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.jitalloc.core.host.SystemCalls.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import java.util.List;
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
 * <p>There are two tables. Only the holder of the text lock changes them: always the one that is
 * not active, which becomes active then. The handler can read at any time in any thread, also in
 * the thread that is changing a table. While the generation of a table is odd, the handler does not
 * use its content, and reads which table is active again.
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
  private final MemorySegment second;

  /** The action that this handler replaced; empty while it is not installed. */
  private byte[] previousAction = {};

  private int signal;
  private long installed;
  private @Nullable Tables tables;

  /** The table that is active, and the one that is changed next. */
  private record Tables(Table active, Table next) {}

  /** A table, and which records it lacks of those of the other one. */
  private static final class Table {
    final MemorySegment memory;
    final TrapRecords records;

    /** The change of the other table that this one lacks; null if a change of this one failed. */
    private @Nullable Change missing = Change.NONE;

    Table(MemorySegment memory, int recordBytes) {
      this.memory = memory;
      records = new TrapRecords(memory.asSlice(TrapHandler.RECORDS_OFFSET), recordBytes);
    }

    private long generation() {
      return (long) LONG.getVolatile(memory, (long) TrapHandler.GENERATION_OFFSET);
    }

    void nextGeneration(int step) {
      LONG.setVolatile(memory, (long) TrapHandler.GENERATION_OFFSET, generation() + step);
    }

    /** Makes this table what another one is to be after a change. */
    void change(Change change, TrapRecords other) {
      @Nullable Change before = missing;
      missing = null;
      nextGeneration(1);
      VarHandle.fullFence();
      try {
        if (before == null) {
          records.copyFrom(other);
        } else {
          records.apply(before);
        }
        records.apply(change);
        missing = Change.NONE;
      } finally {
        // Also after a failure: a handler may have begun to read this table when it was active.
        LONG.setVolatile(memory, (long) TrapHandler.COUNT_OFFSET, (long) records.slots());
        VarHandle.fullFence();
        nextGeneration(1);
      }
    }
  }

  /** Records that are added or replaced, and addresses of records that are removed. */
  record Change(Collection<PokePlan.Trap> added, Collection<Long> removed) {
    static final Change NONE = new Change(List.of(), List.of());
  }

  /** The counter of emulated traps when the table was released. Guarded by the monitor. */
  private long carriedAtRelease;

  /** Guarded by the monitor. */
  private boolean released;

  TrapSignal(SystemCalls os, ResourceStack resources) {
    this.os = os;
    tableBytes = 2 * MAX_RECORDS * 64L;
    tableAddress =
        os.mmap(
            0,
            tableBytes,
            PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
            -1,
            0);
    resources.add(this::unmapTable);
    MemorySegment both = RawMemory.at(tableAddress, tableBytes);
    table = both.asSlice(0, tableBytes / 2);
    second = both.asSlice(tableBytes / 2);
  }

  /** Unmaps the tables, except the parts that a handler can read. */
  private void unmapTable() {
    if (tables == null) {
      os.munmap(tableAddress, tableBytes);
      return;
    }
    unmapUnused(tables.active);
    unmapUnused(tables.next);
  }

  private void unmapUnused(Table one) {
    long used = TrapHandler.RECORDS_OFFSET + one.records.usedBytes();
    long kept = (used + os.pageBytes() - 1) & -os.pageBytes();
    PERMANENT.put(one.memory.address(), kept);
    if (kept < one.memory.byteSize()) {
      os.munmap(one.memory.address() + kept, one.memory.byteSize() - kept);
    }
  }

  /** {@return the ranges that stay mapped until the process ends: lengths by first address} */
  static Map<Long, Long> permanent() {
    return Map.copyOf(PERMANENT);
  }

  /** {@return how many traps at sites the handler has emulated so far} */
  public synchronized long carried() {
    return released ? carriedAtRelease : carried(table) + carried(second);
  }

  private static long carried(MemorySegment one) {
    return (long) LONG.getVolatile(one, (long) TrapHandler.CARRIED_OFFSET);
  }

  /** {@return the number of addresses that have a record} */
  public int records() {
    return tables == null ? 0 : tables.active.records.live();
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
    var empty =
        new Tables(
            new Table(table, handler.recordBytes()), new Table(second, handler.recordBytes()));
    LONG.setVolatile(table, (long) TrapHandler.ACTIVE_OFFSET, table.address());
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
      tables = empty;
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
    Tables known = Objects.requireNonNull(tables, "not installed");
    var change = new Change(added, removed);
    known.active.records.require(added.size());
    known.next.change(change, known.active.records);
    known.active.missing = change;
    tables = new Tables(known.next, known.active);
    LONG.setVolatile(table, (long) TrapHandler.ACTIVE_OFFSET, known.next.memory.address());
    // A handler that has read the other table sees that it is not active any more.
    known.active.nextGeneration(2);
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
