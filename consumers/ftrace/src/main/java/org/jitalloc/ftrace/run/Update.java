package org.jitalloc.ftrace.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jitalloc.JitMemory;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.ftrace.site.Change;
import org.jitalloc.ftrace.site.Patcher;
import org.jitalloc.ftrace.site.SiteGroup;
import org.jitalloc.ftrace.site.SiteTable;
import org.jitalloc.ftrace.tracer.Trampolines;

/** Makes all sites do what their users want, in one batch. */
final class Update {

  private final SiteTable table;
  private final Users users;
  private final Trampolines trampolines;
  private final Supplier<TraceArea> area;

  private final Map<Long, TracerSpec> specs = new HashMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final Map<SiteGroup, long[]> wanting = new HashMap<>();
  private final Set<Long> called = new HashSet<>();

  Update(SiteTable table, Users users, Trampolines trampolines, Supplier<TraceArea> area) {
    this.table = table;
    this.users = users;
    this.trampolines = trampolines;
    this.area = area;
  }

  /**
   * Does it.
   *
   * @throws org.jitalloc.JitAllocException if one site cannot be changed; none is then
   */
  void apply(Patcher patcher) {
    try {
      table.groups().forEach(this::look);
      patcher.apply(changes);
    } catch (RuntimeException failure) {
      trampolines.retain(calledNow());
      throw failure;
    }
    wanting.forEach(
        (group, bits) -> {
          for (int i = 0; i < bits.length; i++) {
            group.users(i, bits[i]);
          }
        });
    trampolines.retain(called);
  }

  /** Text that is still being formed is nobody's to change, and text that was freed is gone. */
  private void look(SiteGroup group) {
    if (!group.isReady() || group.memory().state() != JitMemory.State.LIVE) {
      return;
    }
    long[] bits = new long[group.size()];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = users.wanting(group, i);
      long to = bits[i] == 0 ? 0 : entry(group, i, bits[i]);
      if (to != group.call(i)) {
        changes.add(new Change(group, i, to));
      }
      called.add(to);
    }
    wanting.put(group, bits);
  }

  private long entry(SiteGroup group, int index, long bits) {
    TracerSpec spec = specs.computeIfAbsent(bits, users::spec);
    return trampolines.entry(spec, area.get(), group.address(index), group.form().reachBytes());
  }

  private Set<Long> calledNow() {
    Set<Long> now = new HashSet<>();
    for (SiteGroup group : table.groups()) {
      for (int i = 0; i < group.size(); i++) {
        now.add(group.call(i));
      }
    }
    return now;
  }
}
