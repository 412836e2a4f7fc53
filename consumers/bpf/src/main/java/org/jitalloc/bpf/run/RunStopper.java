package org.jitalloc.bpf.run;

import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Stops the runs of a runtime whose thread was interrupted, whose time is over or whose program was
 * closed forcibly.
 */
final class RunStopper {
  /*
   * Policy: machine code looks at its frame only while a run of it is asked to end: then a
   * jump to a stub is poked over each of its stop sites (the program is armed), and taken back when
   * no such run is left. What a stop site costs before is a NOP. A run in a program that another
   * one leads to cannot be told from the others, so if its program ever led to another one, all are
   * armed. A program is armed for good before its text is freed, as the text cannot be changed
   * thereafter, and a run may be in it.
   * Lock: this object's monitor guards which programs are armed. Text is poked under it, and the
   * monitors of runs are taken.
   */
  private static final System.Logger LOG = System.getLogger("org.jitalloc.bpf");

  private final RunStacks stacks;
  private final Supplier<? extends Collection<? extends StoppableProgram>> programs;
  private final Set<StoppableProgram> armed = new HashSet<>();

  /**
   * Makes it.
   *
   * @param stacks the runs
   * @param programs the programs that are loaded
   */
  RunStopper(
      RunStacks stacks, Supplier<? extends Collection<? extends StoppableProgram>> programs) {
    this.stacks = stacks;
    this.programs = programs;
  }

  /** Stops all runs that there is a reason to stop. {@return whether there are runs} */
  synchronized boolean look() {
    Set<StoppableProgram> stopping = new HashSet<>();
    boolean any = stacks.watch(System.nanoTime(), stopping::add);
    if (stopping.stream().anyMatch(StoppableProgram::wasRedirected)) {
      stopping.addAll(programs.get());
    }
    Set.copyOf(armed).stream().filter(p -> !stopping.contains(p)).forEach(this::disarm);
    stopping.stream().filter(p -> !armed.contains(p)).forEach(this::arm);
    return any;
  }

  private void arm(StoppableProgram program) {
    if (!program.isArmedForGood() && poke(program, program::armStops)) {
      armed.add(program);
    }
  }

  private void disarm(StoppableProgram program) {
    if (poke(program, program::disarmStops)) {
      armed.remove(program);
    }
  }

  /** Arms a program whose text is going to be freed. */
  synchronized void armForGood(StoppableProgram program) {
    if (!armed.remove(program)) {
      poke(program, program::armStops);
    }
    program.setArmedForGood();
  }

  /** Changes text. If that fails, it is tried again when the runs are looked at again. */
  private static boolean poke(StoppableProgram program, Runnable change) {
    try {
      change.run();
      return true;
    } catch (RuntimeException failure) {
      LOG.log(
          Level.WARNING,
          () -> "%s cannot be changed, so its runs are not stopped yet".formatted(program),
          failure);
      return false;
    }
  }
}
