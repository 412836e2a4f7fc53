package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.jitalloc.core.host.SystemCalls.PROT_EXEC;
import static org.jitalloc.core.host.SystemCalls.PROT_READ;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.MemoryMode;
import org.jitalloc.arch.Arch;
import org.jspecify.annotations.Nullable;

/**
 * Finds the best way to executable memory by using each: code is written, run, patched and run
 * again, and where pages should be huge the kernel is asked whether they are.
 */
final class ModeProbe {

  /** What was found. */
  record Backing(HostMode mode, CodeMapping mapping, MemoryMode description) {}

  private static final int FLUSH_OFFSET = 4096;

  private final HostWindow window;
  private final Arch arch;

  ModeProbe(HostWindow window, Arch arch) {
    this.window = window;
    this.arch = arch;
  }

  /**
   * Tries the ways in order.
   *
   * @param configured the name of the only way to try, or {@code auto}
   * @throws JitAllocException UNSUPPORTED if none works; the message says why each does not
   */
  Backing best(String configured) {
    return best(configured, HostMode.candidates(configured), new ArrayList<>(), window.start());
  }

  /**
   * Finds another way for when one that worked has nothing left to give.
   *
   * @param exhausted that way
   * @param failure what it said
   * @param at the address of a slab that nothing is mapped at
   * @throws JitAllocException UNSUPPORTED if no other works
   */
  Backing after(Backing exhausted, JitAllocException failure, long at) {
    List<MemoryMode.Rejected> rejected = new ArrayList<>(exhausted.description().rejected());
    String reason = "worked until it had no more memory: " + failure.getMessage();
    rejected.add(new MemoryMode.Rejected(exhausted.mode().label(), reason));
    List<HostMode> others = HostMode.candidates(HostMode.AUTO);
    return best(
        HostMode.AUTO,
        others.subList(others.indexOf(exhausted.mode()) + 1, others.size()),
        rejected,
        at);
  }

  private Backing best(
      String configured, List<HostMode> candidates, List<MemoryMode.Rejected> rejected, long at) {
    for (HostMode mode : candidates) {
      ResourceStack attempt = window.resources().nested();
      try {
        CodeMapping mapping = open(mode, attempt);
        String objection = objection(mode, mapping, at);
        if (objection == null) {
          return new Backing(mode, mapping, describe(mode, configured, rejected));
        }
        rejected.add(new MemoryMode.Rejected(mode.label(), objection));
      } catch (JitAllocException failure) {
        rejected.add(new MemoryMode.Rejected(mode.label(), String.valueOf(failure.getMessage())));
      }
      attempt.giveUp();
    }
    throw new JitAllocException(
        Reason.UNSUPPORTED, "no way to executable memory works here: " + rejected);
  }

  private CodeMapping open(HostMode mode, ResourceStack attempt) {
    String missing = mode.missing(window.pages(), window.seal(), arch.instructionAlignBytes());
    if (missing != null) {
      throw new JitAllocException(Reason.UNSUPPORTED, missing);
    }
    return mode.open(window.with(attempt));
  }

  private MemoryMode describe(
      HostMode mode, String configured, List<MemoryMode.Rejected> rejected) {
    List<String> words = new ArrayList<>();
    words.add(mode.description());
    words.add(
        configured.equals(HostMode.AUTO)
            ? rejected.isEmpty() ? "the best there is" : "the best of those that work here"
            : "configured");
    if (mode.hasAlias() && !window.alias().description().isEmpty()) {
      words.add(window.alias().description());
    }
    if (window.seal()) {
      words.add("text sealed");
    }
    return new MemoryMode(mode.label(), String.join("; ", words), rejected);
  }

  /** Tries one way. {@return what is wrong with it; null if nothing is} */
  private @Nullable String objection(HostMode mode, CodeMapping mapping, long at) {
    long bytes = PageSizes.GRANULE;
    mapping.map(at, bytes, PROT_READ | PROT_EXEC, arch.trapFill());
    String objection;
    try {
      objection = use(mode, mapping, at, bytes);
    } catch (RuntimeException failure) {
      Reservation.restoreAfter(failure, window.os(), at, bytes);
      throw failure;
    }
    mapping.unmap(at, bytes);
    return objection;
  }

  private @Nullable String use(HostMode mode, CodeMapping mapping, long at, long bytes) {
    for (int value : new int[] {41, 42}) {
      mapping.write(at, arch.returnConstant(value));
      int result = run(mapping, at);
      if (result != value) {
        return "code that was written to return %d returned %d".formatted(value, result);
      }
    }
    return mode.huge() && new HugePages(window.os()).bytes(at, bytes) < bytes
        ? "works, but the kernel did not make the pages huge"
            + (mapping.whyNotHuge().isEmpty() ? "" : ": " + mapping.whyNotHuge())
        : null;
  }

  private int run(CodeMapping mapping, long at) {
    try {
      arch.cacheFlush()
          .ifPresent(
              stub -> {
                mapping.write(at + FLUSH_OFFSET, stub);
                new CacheFlush(at + FLUSH_OFFSET).flush(at, 64);
              });
      window.os().membarrier(SystemCalls.MEMBARRIER_PRIVATE_EXPEDITED_SYNC_CORE);
      return (int)
          Linker.nativeLinker()
              .downcallHandle(MemorySegment.ofAddress(at), FunctionDescriptor.of(JAVA_INT))
              .invokeExact();
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }
}
