package org.jitalloc.ftrace.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
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

/**
 * Calls the functions of an architecture that read the number of a thread and the clock of tracers.
 */
final class TracerFunctions implements AutoCloseable {
  /*
   * The C library stores the number of a thread near the thread pointer, at an offset that it does
   * not document. The offset is searched for in several threads; it must hold in all of them.
   */
  private static final int THREADS = 4;

  private final Tracers tracers;
  private final JitMemory text;
  private final MethodHandle threadNumber;
  private final MethodHandle threadWord;
  private final MethodHandle clock;

  TracerFunctions(JitAllocator allocator, Tracers tracers) {
    this.tracers = tracers;
    List<byte[]> functions = List.of(tracers.threadNumber(), tracers.threadWord(), tracers.clock());
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
    } catch (RuntimeException failure) {
      text.close();
      throw failure;
    }
    threadNumber = text.function(0, FunctionDescriptor.of(JAVA_INT));
    threadWord = text.function(apart, FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    clock = text.function(2L * apart, FunctionDescriptor.of(JAVA_LONG));
  }

  /** Finds the offset of the number of a thread from its thread pointer. */
  long threadNumberOffset() {
    List<Long> places = candidates();
    for (int i = 1; i < THREADS; i++) {
      List<Long> here = inAnotherThread();
      places.retainAll(here);
    }
    if (places.isEmpty()) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "the number of a thread is not in the %d bytes from its thread pointer%+d on"
              .formatted(tracers.threadBlockBytes(), tracers.threadBlockStart()));
    }
    return places.getFirst();
  }

  private List<Long> inAnotherThread() {
    var found = new FutureTask<List<Long>>(this::candidates);
    Thread.ofPlatform().name("thread-number").start(found);
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

  private List<Long> candidates() {
    try {
      int number = (int) threadNumber.invokeExact();
      List<Long> places = new ArrayList<>();
      long start = tracers.threadBlockStart();
      for (long offset = start; offset < start + tracers.threadBlockBytes(); offset += 4) {
        if ((int) threadWord.invokeExact(offset) == number) {
          places.add(offset);
        }
      }
      return places;
    } catch (Throwable impossible) {
      throw new IllegalStateException("machine code failed", impossible);
    }
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
