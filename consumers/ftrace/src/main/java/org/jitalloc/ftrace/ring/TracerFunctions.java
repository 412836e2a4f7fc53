package org.jitalloc.ftrace.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.trace.Tracers;

/** Calls the functions of an architecture that read what a thread has, and the clock of tracers. */
final class TracerFunctions implements AutoCloseable {
  /*
   * The C library stores the number of a thread near the thread pointer, and the lowest address and
   * the length of the memory that it made for its stack, at offsets that it does not document. They
   * are searched for in several threads with stacks of different lengths, and must hold in all of
   * them.
   */
  private static final int THREADS = 4;

  private static final long STACK_BYTES = 512 << 10;
  private static final long PAGE_BYTES = 4096;
  private static final long MOST_STACK_BYTES = 1L << 40;

  /**
   * Where a thread has what tracers read, relative to its thread pointer.
   *
   * @param number its number, 4 bytes
   * @param stack the lowest address and the length of its stack, 8 bytes each
   */
  record ThreadBlock(long number, long stack) {}

  /** Offsets that fit in one thread. */
  private record Candidates(List<Long> numbers, List<Long> stacks) {}

  private final Tracers tracers;
  private final JitMemory text;
  private final MethodHandle threadNumber;
  private final MethodHandle threadWord;
  private final MethodHandle clock;
  private final MethodHandle stackPointer;

  TracerFunctions(JitAllocator allocator, Tracers tracers) {
    this.tracers = tracers;
    List<byte[]> functions =
        List.of(
            tracers.threadNumber(), tracers.threadWord(), tracers.clock(), tracers.stackPointer());
    int apart = functions.stream().mapToInt(f -> f.length).max().orElseThrow() + 15 & -16;
    text =
        allocator.allocate(
            AllocationRequest.of(ModMemType.TEXT, (long) apart * functions.size())
                .withAlignment(16)
                .withPurpose(Purpose.FTRACE));
    try {
      for (int i = 0; i < functions.size(); i++) {
        text.write((long) i * apart, functions.get(i));
      }
      text.publish();
    } catch (RuntimeException | Error failure) {
      text.close();
      throw failure;
    }
    threadNumber = text.function(0, FunctionDescriptor.of(JAVA_INT));
    threadWord = text.function(apart, FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    clock = text.function(2L * apart, FunctionDescriptor.of(JAVA_LONG));
    stackPointer = text.function(3L * apart, FunctionDescriptor.of(JAVA_LONG));
  }

  /** Finds the offsets. */
  ThreadBlock threadBlock() {
    Candidates found = inThread(0);
    for (int i = 1; i < THREADS; i++) {
      Candidates here = inThread(i);
      found.numbers.retainAll(here.numbers);
      found.stacks.retainAll(here.stacks);
    }
    return new ThreadBlock(
        first(found.numbers, "the number of a thread is"),
        first(found.stacks, "the bounds of a thread's stack are"));
  }

  private long first(List<Long> offsets, String what) {
    if (offsets.isEmpty()) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "%s not in the %d bytes from its thread pointer%+d on"
              .formatted(what, tracers.threadBlockBytes(), tracers.threadBlockStart()));
    }
    return offsets.getFirst();
  }

  private Candidates inThread(int index) {
    var found = new FutureTask<>(this::candidates);
    new Thread(null, found, "thread-block", STACK_BYTES * (index + 1)).start();
    try {
      return found.get();
    } catch (ExecutionException failure) {
      throw new IllegalStateException(
          "the search for the number of a thread failed", failure.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new JitAllocException(
          Reason.SYSTEM, "interrupted while searching for the number of a thread", interrupted);
    }
  }

  private Candidates candidates() {
    try {
      int number = (int) threadNumber.invokeExact();
      long stack = (long) stackPointer.invokeExact();
      var found = new Candidates(new ArrayList<>(), new ArrayList<>());
      long start = tracers.threadBlockStart();
      long end = start + tracers.threadBlockBytes();
      for (long offset = start; offset < end; offset += Integer.BYTES) {
        if ((int) threadWord.invokeExact(offset) == number) {
          found.numbers.add(offset);
        }
      }
      for (long offset = start; offset + 2 * Long.BYTES <= end; offset += Long.BYTES) {
        if (isStack(threadLong(offset), threadLong(offset + Long.BYTES), stack)) {
          found.stacks.add(offset);
        }
      }
      return found;
    } catch (Throwable impossible) {
      throw new IllegalStateException("machine code failed", impossible);
    }
  }

  private long threadLong(long offset) throws Throwable {
    long first = (int) threadWord.invokeExact(offset) & 0xffff_ffffL;
    long second = (int) threadWord.invokeExact(offset + Integer.BYTES) & 0xffff_ffffL;
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    return little ? second << Integer.SIZE | first : first << Integer.SIZE | second;
  }

  private static boolean isStack(long low, long bytes, long stackPointer) {
    return low % PAGE_BYTES == 0
        && bytes % PAGE_BYTES == 0
        && bytes > 0
        && bytes < MOST_STACK_BYTES
        && low <= stackPointer
        && stackPointer - low < bytes;
  }

  /** {@return the time, as events have it} */
  long clock() {
    try {
      return (long) clock.invokeExact();
    } catch (Throwable impossible) {
      throw new IllegalStateException("machine code failed", impossible);
    }
  }

  @Override
  public void close() {
    text.close();
  }
}
