package org.jitalloc.kmod.simulate;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jitalloc.kmod.simulate.Storm.Checks;
import org.jitalloc.modules.ModuleState;
import org.jitalloc.modules.duplicates.ModuleNames;
import org.jitalloc.modules.duplicates.NameAnswer;
import org.jitalloc.modules.duplicates.NameHolder;
import org.jitalloc.modules.duplicates.SameFileLoads;
import org.jitalloc.modules.stats.ModuleStats;

/** A process that loads modules one after the other, except those that are live already. */
final class SimulatedLoader {
  private final Kernel kernel;
  private final Iterator<SimulatedModule> wanted;

  /** The state that processes share. */
  record Kernel(
      SimulatedCpus machine,
      Checks checks,
      ModuleStats stats,
      ModuleNames names,
      SameFileLoads<Boolean> files) {}

  SimulatedLoader(Kernel kernel, List<SimulatedModule> wanted) {
    this.kernel = kernel;
    this.wanted = wanted.iterator();
  }

  void next() {
    while (wanted.hasNext()) {
      SimulatedModule module = wanted.next();
      if (!kernel.names().state(module.name()).equals(Optional.of(ModuleState.LIVE))) {
        kernel.machine().open(() -> open(module));
        return;
      }
    }
  }

  private void open(SimulatedModule module) {
    if (kernel.checks() != Checks.SAME_FILE) {
      read(module, this::next);
      return;
    }
    var claim = kernel.files().join(module.name());
    if (claim.isFirst()) {
      read(
          module,
          () -> {
            claim.turn().done(true);
            next();
          });
    } else {
      var _ = claim.turn().result().thenAccept(_ -> kernel.machine().wake(this::next));
    }
  }

  private void read(SimulatedModule module, Runnable end) {
    kernel.machine().read(module.fileBytes(), () -> look(module, end));
  }

  private void look(SimulatedModule module, Runnable end) {
    if (kernel.checks() == Checks.LATE) {
      allocate(module, end);
      return;
    }
    var _ =
        kernel
            .names()
            .look(module.name())
            .thenAccept(answer -> kernel.machine().wake(() -> looked(module, answer, end)));
  }

  private void looked(SimulatedModule module, NameAnswer answer, Runnable end) {
    switch (answer) {
      case NameAnswer.Free _ -> allocate(module, end);
      case NameAnswer.Taken _ -> {
        kernel.stats().failedBecoming(module.image());
        end.run();
      }
      case NameHolder _ -> throw new IllegalStateException("looking takes no name");
    }
  }

  private void allocate(SimulatedModule module, Runnable end) {
    kernel.machine().map(module.memoryBytes(), () -> claim(module, end));
  }

  private void claim(SimulatedModule module, Runnable end) {
    var _ =
        kernel
            .names()
            .claim(module.name())
            .thenAccept(answer -> kernel.machine().wake(() -> claimed(module, answer, end)));
  }

  private void claimed(SimulatedModule module, NameAnswer answer, Runnable end) {
    switch (answer) {
      case NameHolder holder ->
          kernel.machine().link(module.fileBytes(), () -> init(module, holder, end));
      case NameAnswer.Taken _ -> {
        kernel.stats().failedLoad(module.image());
        end.run();
      }
      case NameAnswer.Free _ -> throw new IllegalStateException("a free name is taken");
    }
  }

  private void init(SimulatedModule module, NameHolder holder, Runnable end) {
    holder.advance(ModuleState.COMING);
    kernel
        .machine()
        .init(
            () -> {
              kernel.stats().loaded(module.memoryBytes(), module.textBytes());
              holder.advance(ModuleState.LIVE);
              end.run();
            });
  }
}
