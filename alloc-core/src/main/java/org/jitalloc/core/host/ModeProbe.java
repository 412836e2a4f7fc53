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
 * Finds the best memory mode that works. For each candidate it maps a slab, writes a function,
 * calls it, changes it and calls it again. If the mode requires huge pages, it checks the page
 * table.
 */
final class ModeProbe {

  /**
   * A mode that works.
   *
   * @param mode the mode
   * @param mapping maps and writes pages in this mode
   * @param description the description for users
   */
  record Backing(HostMode mode, CodeMapping mapping, MemoryMode description) {}

  private static final int FLUSH_OFFSET = 4096;

  private final HostWindow window;
  private final Arch arch;

  ModeProbe(HostWindow window, Arch arch) {
    this.window = window;
    this.arch = arch;
  }

  /**
   * Returns the first mode that works.
   *
   * @param configured the name of a mode, which is the only candidate, or {@code auto}
   * @throws JitAllocException INVALID_REQUEST if there is no such mode, UNSUPPORTED if no candidate
   *     works; the message contains the reason for each candidate
   */
  Backing best(String configured) {
    return best(configured, HostMode.candidates(configured), new ArrayList<>(), window.start());
  }

  /**
   * Returns the next mode that works, after the pool of a mode is exhausted.
   *
   * @param exhausted the mode whose pool is exhausted
   * @param failure the error of its last request
   * @param at the address of an unmapped slab
   * @throws JitAllocException UNSUPPORTED if no other mode works
   */
  Backing next(Backing exhausted, JitAllocException failure, long at) {
    List<MemoryMode.Rejected> rejected = new ArrayList<>(exhausted.description().rejected());
    String reason = "has no more memory: " + failure.getMessage();
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
        String defect = defect(mode, mapping, at);
        if (defect == null) {
          return new Backing(mode, mapping, describe(mode, configured, rejected));
        }
        rejected.add(new MemoryMode.Rejected(mode.label(), defect));
      } catch (JitAllocException failure) {
        rejected.add(new MemoryMode.Rejected(mode.label(), String.valueOf(failure.getMessage())));
      }
      attempt.tryClose();
    }
    throw new JitAllocException(
        Reason.UNSUPPORTED, "no memory mode works on this machine: " + rejected);
  }

  private CodeMapping open(HostMode mode, ResourceStack attempt) {
    String missing = mode.missing(window.pages(), window.seal(), arch.instructionAlignBytes());
    if (missing != null) {
      throw new JitAllocException(Reason.UNSUPPORTED, missing);
    }
    return mode.open(window.withResources(attempt));
  }

  private MemoryMode describe(
      HostMode mode, String configured, List<MemoryMode.Rejected> rejected) {
    List<String> words = new ArrayList<>();
    words.add(mode.description());
    words.add(
        configured.equals(HostMode.AUTO)
            ? rejected.isEmpty() ? "the best mode" : "the best mode that works on this machine"
            : "configured");
    if (mode.hasAlias() && !window.alias().description().isEmpty()) {
      words.add(window.alias().description());
    }
    if (window.seal()) {
      words.add("text sealed");
    }
    return new MemoryMode(mode.label(), String.join("; ", words), rejected);
  }

  /** {@return the reason why a mode does not work; null if it works} */
  private @Nullable String defect(HostMode mode, CodeMapping mapping, long at) {
    long bytes = PageSizes.GRANULE;
    mapping.map(at, bytes, PROT_READ | PROT_EXEC, arch.trapFill());
    String defect;
    try {
      defect = use(mode, mapping, at, bytes);
    } catch (RuntimeException failure) {
      Reservation.restoreAfter(failure, window.os(), at, bytes);
      throw failure;
    }
    mapping.unmap(at, bytes);
    return defect;
  }

  private @Nullable String use(HostMode mode, CodeMapping mapping, long at, long bytes) {
    for (int value : new int[] {41, 42}) {
      mapping.write(at, arch.returnConstant(value));
      int result = run(mapping, at);
      if (result != value) {
        return "a function that was written to return %d returned %d".formatted(value, result);
      }
    }
    return mode.huge() && new HugePages(window.os()).bytes(at, bytes) < bytes
        ? "the kernel did not create huge pages"
            + (mapping.hugePageRefusal().isEmpty() ? "" : ": " + mapping.hugePageRefusal())
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
