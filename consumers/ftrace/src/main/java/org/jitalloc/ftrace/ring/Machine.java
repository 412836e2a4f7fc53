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

/** What only code of this machine knows: the number of a thread, and the clock of tracers. */
final class Machine implements AutoCloseable {
  /*
   * Where the C library keeps a thread's number is nowhere promised, but it does, near the thread pointer. So it is looked
   * for: in several threads, and only a place that has the number in all of them is taken.
   */
  private static final int THREADS = 4;

  private final Tracers tracers;
  private final JitMemory text;
  private final MethodHandle threadNumber;
  private final MethodHandle threadWord;
  private final MethodHandle clock;

  Machine(JitAllocator allocator, Tracers tracers) {
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

  /** Finds where a thread's number is, relative to its thread pointer. */
  long threadNumberOffset() {
    List<Long> places = candidates();
    for (int i = 1; i < THREADS; i++) {
      List<Long> here = inAnotherThread();
      places.retainAll(here);
    }
    if (places.isEmpty()) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "the number of a thread is nowhere in %d bytes from its thread pointer%+d on"
              .formatted(tracers.threadBlockBytes(), tracers.threadBlockStart()));
    }
    return places.getFirst();
  }

  private List<Long> inAnotherThread() {
    FutureTask<List<Long>> found = new FutureTask<>(this::candidates);
    Thread.ofPlatform().name("thread-number").start(found);
    try {
      return found.get();
    } catch (ExecutionException failure) {
      throw new IllegalStateException("looking for the number of a thread", failure.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new JitAllocException(
          Reason.SYSTEM, "interrupted while looking for the number of a thread", interrupted);
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
      throw new IllegalStateException("code of this machine failed", impossible);
    }
  }

  /** The clock that events have their time from. */
  long clock() {
    try {
      return (long) clock.invokeExact();
    } catch (Throwable impossible) {
      throw new IllegalStateException("code of this machine failed", impossible);
    }
  }

  @Override
  public void close() {
    text.close();
  }
}
