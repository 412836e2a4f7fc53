package org.jitalloc.ftrace.tracer;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;

/** The tracers that sites call. Not thread-safe. */
public final class Trampolines {
  /*
   * A site calls one address. What it is to do, whoever wants it, is the code there: so there is
   * one trampoline for each set of things to do that some site wants, and no list is walked when a
   * function is called. Where a site does not reach the one that there is, another is made near it.
   */
  private static final long ANYWHERE = 0x7fff_ffff_f000L;
  private static final int ALIGN_BYTES = 64;

  private final JitAllocator allocator;
  private final Tracers tracers;
  private static final System.Logger LOG = System.getLogger("org.jitalloc.ftrace");

  private final Map<TracerSpec, List<Placed>> placed = new HashMap<>();

  private record Placed(JitMemory memory, long entry) {
    boolean isReachedFrom(long site, long reachBytes) {
      return Math.abs(memory.address() - site) < reachBytes - memory.bytes();
    }
  }

  /**
   * Makes none yet.
   *
   * @param allocator of the target
   * @param tracers of its architecture
   */
  public Trampolines(JitAllocator allocator, Tracers tracers) {
    this.allocator = allocator;
    this.tracers = tracers;
  }

  /**
   * Gives a tracer.
   *
   * @param spec what it is to do
   * @param area what it is to write to
   * @param site the site that is to call it
   * @param reachBytes how far the site reaches
   * @return its address
   * @throws org.jitalloc.JitAllocException if there is no room within reach
   */
  public long entry(TracerSpec spec, TraceArea area, long site, long reachBytes) {
    List<Placed> some = placed.computeIfAbsent(spec, _ -> new ArrayList<>());
    for (Placed one : some) {
      if (one.isReachedFrom(site, reachBytes)) {
        return one.entry;
      }
    }
    Placed another = place(spec, area, site, reachBytes);
    some.add(another);
    return another.entry;
  }

  private Placed place(TracerSpec spec, TraceArea area, long site, long reachBytes) {
    Set<String> features = allocator.target().cpuFeatures();
    int bytes =
        tracers.tracer(ANYWHERE, area, spec, features).code().length + Tracers.ADDRESS_SLACK_BYTES;
    JitMemory memory =
        allocator.allocate(
            AllocationRequest.of(ModMemType.TEXT, bytes)
                .withAlignment(ALIGN_BYTES)
                .withPurpose(Purpose.FTRACE)
                .near(site, reachBytes - bytes));
    try {
      Tracers.Tracer tracer = tracers.tracer(memory.address(), area, spec, features);
      memory.write(0, tracer.code());
      memory.publish();
      return new Placed(memory, memory.address() + tracer.entryOffset());
    } catch (RuntimeException | Error failure) {
      memory.close();
      throw failure;
    }
  }

  /**
   * Takes those away that no site calls. Threads that are inside leave unharmed, and those come
   * back whose return is awaited.
   *
   * @param called the addresses that sites call
   */
  public void retain(Set<Long> called) {
    for (Iterator<List<Placed>> lists = placed.values().iterator(); lists.hasNext(); ) {
      List<Placed> some = lists.next();
      some.removeIf(
          one -> {
            boolean unused = !called.contains(one.entry);
            if (unused) {
              free(one.memory);
            }
            return unused;
          });
      if (some.isEmpty()) {
        lists.remove();
      }
    }
  }

  /** A failure is logged: what calls of sites changed is done, and others are freed, too. */
  private static void free(JitMemory memory) {
    try {
      memory.close();
    } catch (RuntimeException | Error failure) {
      LOG.log(Level.WARNING, "a tracer cannot be freed: " + memory, failure);
    }
  }

  /** {@return how many there are} */
  public int size() {
    return placed.values().stream().mapToInt(List::size).sum();
  }
}
