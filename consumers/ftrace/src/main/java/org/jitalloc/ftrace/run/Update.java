package org.jitalloc.ftrace.run;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jitalloc.JitMemory;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.ftrace.site.Patcher;
import org.jitalloc.ftrace.site.SiteGroup;
import org.jitalloc.ftrace.site.SiteTarget;
import org.jitalloc.ftrace.tracer.Trampolines;

/** Changes the sites of some texts as their users need it, in one batch. */
final class Update {

  private final FtraceOps ops;
  private final Trampolines trampolines;
  private final Callers callers;
  private final Supplier<TraceArea> area;

  private final Map<Long, TracerSpec> specs = new HashMap<>();
  private final List<SiteTarget> changes = new ArrayList<>();
  private final Map<SiteGroup, long[]> wanting = new HashMap<>();
  private final Map<SiteGroup, Set<Long>> called = new HashMap<>();

  Update(FtraceOps ops, Trampolines trampolines, Callers callers, Supplier<TraceArea> area) {
    this.ops = ops;
    this.trampolines = trampolines;
    this.callers = callers;
    this.area = area;
  }

  /**
   * Changes the sites.
   *
   * @param groups the texts
   * @throws org.jitalloc.JitAllocException if one site cannot be changed; none is then
   */
  void apply(Collection<SiteGroup> groups, Patcher patcher) {
    try {
      groups.forEach(this::look);
      patcher.apply(changes);
      called.forEach(callers::call);
    } finally {
      trampolines.retain(callers.called());
    }
    wanting.forEach(
        (group, bits) -> {
          for (int i = 0; i < bits.length; i++) {
            group.users(i, bits[i]);
          }
        });
  }

  /** Text that is forming or freed is skipped. */
  private void look(SiteGroup group) {
    if (!group.isReady() || group.memory().state() != JitMemory.State.LIVE) {
      called.put(group, Set.of());
      return;
    }
    Set<Long> entries = new HashSet<>();
    var bits = new long[group.size()];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = ops.wanting(group, i);
      long to = bits[i] == 0 ? 0 : entry(group, i, bits[i]);
      if (to != group.call(i)) {
        changes.add(new SiteTarget(group, i, to));
      }
      if (to != 0) {
        entries.add(to);
      }
    }
    wanting.put(group, bits);
    called.put(group, entries);
  }

  private long entry(SiteGroup group, int index, long bits) {
    TracerSpec spec = specs.computeIfAbsent(bits, ops::spec);
    return trampolines.entry(spec, area.get(), group.address(index), group.form().reachBytes());
  }
}
