package org.jitalloc.ftrace.ring;

import static org.jitalloc.arch.trace.TraceArea.EVENT_BYTES;
import static org.jitalloc.arch.trace.TraceArea.SLOT_BYTES;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.Target;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.Tracers;
import org.jitalloc.ftrace.ThreadCounts;
import org.jitalloc.ftrace.TraceSize;
import org.jspecify.annotations.Nullable;

/**
 * The memory that tracers write and this reads. One thread at a time reads; threads that are traced
 * never wait.
 */
public final class TraceMemory implements AutoCloseable {
  /*
   * It is memory of the allocator: accounted and limited like the trampolines that write it, and
   * freed like them, when no thread can be inside any more.
   * A ring has one writer, its thread, and one reader. The writer makes an event whole
   * and then counts it in WRITTEN; the reader reads WRITTEN, then the events, then counts them in
   * READ, and the writer never writes what is not counted there. Fences keep the reader's side in
   * this order; the writer's side is the architecture's. The slot of a thread that has ended is
   * given free once it is read, with the returns that are still awaited in it: a thread that ended
   * returns no more. Its number is looked up before and after, since a thread of the same number
   * may come.
   */
  private static final Path THREADS = Path.of("/proc/self/task");

  private final JitMemory memory;
  private final TraceArea area;
  private final ByteOrder order;
  private final @Nullable TracerFunctions functions;
  private final @Nullable Timescale timescale;

  private TraceMemory(
      JitMemory memory, TraceArea area, ByteOrder order, @Nullable TracerFunctions functions) {
    this.memory = memory;
    this.area = area;
    this.order = order;
    this.functions = functions;
    timescale = functions == null ? null : new Timescale(functions::clock);
  }

  /**
   * Allocates it.
   *
   * @param allocator of the target
   * @param tracers of its architecture
   * @param size how much
   * @return the memory, in which tracers write
   * @throws org.jitalloc.JitAllocException if it cannot be had; nothing is left then
   */
  public static TraceMemory allocate(JitAllocator allocator, Tracers tracers, TraceSize size) {
    long bytes = TraceArea.bytes(size.threads(), size.events(), size.depth());
    JitMemory memory =
        allocator.allocate(
            AllocationRequest.of(ModMemType.DATA, bytes)
                .withAlignment(TraceArea.ALIGN_BYTES)
                .withPurpose(Purpose.FTRACE));
    @Nullable TracerFunctions functions = null;
    try {
      memory.publish();
      boolean host = allocator.target().kind() == Target.Kind.HOST;
      functions = host ? new TracerFunctions(allocator, tracers) : null;
      var thread =
          functions == null ? new TracerFunctions.ThreadBlock(0, 0) : functions.threadBlock();
      var area =
          new TraceArea(
              memory.address(),
              size.threads(),
              size.events(),
              size.depth(),
              thread.number(),
              thread.stack(),
              allocator.nativeThread());
      var made = new TraceMemory(memory, area, allocator.target().byteOrder(), functions);
      made.on(true);
      return made;
    } catch (RuntimeException | Error failure) {
      try {
        memory.close();
      } finally {
        if (functions != null) {
          functions.close();
        }
      }
      throw failure;
    }
  }

  /** {@return where it is, for tracers} */
  public TraceArea area() {
    return area;
  }

  /** Has tracers write events, or not. */
  public void on(boolean on) {
    put(TraceArea.ON, on ? 1 : 0);
  }

  /** {@return whether tracers write events} */
  public boolean isOn() {
    return get(TraceArea.ON) != 0;
  }

  /** {@return the time of an event as {@link System#nanoTime} has it} */
  public long nanos(long time) {
    return timescale == null ? time : timescale.nanos(time);
  }

  /** {@return calls of threads that found no slot} */
  public long unplaced() {
    return get(TraceArea.UNPLACED);
  }

  /**
   * Reads the events that were not read before, each thread's in its order.
   *
   * @param events is given each
   * @return what became of the calls of each slot that ever was a thread's
   */
  public List<ThreadCounts> read(Consumer<RawEvent> events) {
    List<ThreadCounts> counts = new ArrayList<>();
    for (int i = 0; i < area.threads(); i++) {
      int at = area.slots() + i * SLOT_BYTES;
      long written = get(at + TraceArea.WRITTEN);
      VarHandle.acquireFence();
      ByteBuffer slot = bytes(at, SLOT_BYTES);
      int thread = (int) slot.getLong(TraceArea.KEY);
      boolean gone = thread != 0 && isGone(thread);
      if (thread != 0 || written != 0) {
        copy(i, thread, slot.getLong(TraceArea.READ), written, events);
        counts.add(
            new ThreadCounts(
                thread,
                written,
                slot.getLong(TraceArea.DROPPED),
                slot.getLong(TraceArea.NESTED),
                slot.getLong(TraceArea.UNHOOKED)));
      }
      if (gone) {
        giveFree(at, thread, written);
      }
    }
    return counts;
  }

  private void copy(int slot, int thread, long from, long to, Consumer<RawEvent> events) {
    long ring = area.rings() + (long) slot * area.events() * EVENT_BYTES;
    long next = from;
    while (next < to) {
      int index = (int) (next & area.events() - 1);
      int count = (int) Math.min(to - next, area.events() - index);
      ByteBuffer some = bytes(ring + (long) index * EVENT_BYTES, count * EVENT_BYTES);
      for (int i = 0; i < count; i++) {
        events.accept(event(some, i * EVENT_BYTES, thread));
      }
      next += count;
    }
    if (to > from) {
      VarHandle.fullFence();
      put(area.slots() + slot * SLOT_BYTES + TraceArea.READ, to);
    }
  }

  private static RawEvent event(ByteBuffer bytes, int at, int thread) {
    long kind = bytes.getLong(at + TraceArea.KIND);
    return new RawEvent(
        bytes.getLong(at + TraceArea.TIME),
        thread,
        bytes.getLong(at + TraceArea.IP),
        bytes.getLong(at + TraceArea.LINK),
        (kind & (1 << TraceArea.DEPTH_SHIFT) - 1) == TraceArea.RETURN,
        (int) (kind >> TraceArea.DEPTH_SHIFT));
  }

  private void giveFree(int at, int thread, long written) {
    ByteBuffer again = bytes(at, SLOT_BYTES);
    if (again.getLong(TraceArea.WRITTEN) == written && isGone(thread)) {
      put(at + TraceArea.BUSY, 0);
      put(at + TraceArea.FRAMES, 0);
      put(at + TraceArea.KEY, 0);
    }
  }

  private boolean isGone(int thread) {
    return functions != null && !Files.exists(THREADS.resolve(Integer.toString(thread)));
  }

  private ByteBuffer bytes(long offset, int length) {
    return ByteBuffer.wrap(memory.read(offset, length)).order(order);
  }

  private long get(long offset) {
    return bytes(offset, Long.BYTES).getLong();
  }

  private void put(long offset, long value) {
    memory.write(offset, ByteBuffer.allocate(Long.BYTES).order(order).putLong(value).array());
  }

  @Override
  public void close() {
    try {
      memory.close();
    } finally {
      if (functions != null) {
        functions.close();
      }
    }
  }
}
