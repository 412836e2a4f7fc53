package org.jitalloc.bpf.run;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.helper.Cleanup;
import org.jitalloc.bpf.interp.FaultDescriber;

/** The loaded programs of one runtime, and what they share. */
final class ProgramTable {

  private final RunStacks runs;
  private final Redirections redirections = new Redirections();
  private final Map<Long, LoadedProgram> programs = new ConcurrentSkipListMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final RunStopper stopper;
  private final RunWatch watch;

  /** Written under the monitor, so that no program is added to a closed table. */
  private volatile boolean closed;

  /**
   * Makes an empty table.
   *
   * @param floors gives the lowest stack pointer at which the calling thread may call Java from
   *     code
   */
  ProgramTable(LongSupplier floors) {
    runs = new RunStacks(floors);
    stopper = new RunStopper(runs, programs::values);
    watch = new RunWatch(stopper);
  }

  /** {@return a number that no program of this table has had} */
  long nextId() {
    return ids.incrementAndGet();
  }

  /** {@return the id under which the code of a program is compiled} */
  static int sourceId(long program) {
    return (int) (program & BpfSource.MAX_ID);
  }

  /** Describes the faults of the program that was compiled under an id. */
  FaultDescriber describer(int sourceId) {
    return programs.values().stream()
        .filter(program -> sourceId(program.id()) == sourceId)
        .findFirst()
        .map(LoadedProgram::faults)
        .orElseGet(() -> FaultDescriber.ofClosed(sourceId));
  }

  /**
   * Adds a program.
   *
   * @throws IllegalStateException if the table or the owner is closed; the program is not added
   */
  synchronized void add(LoadedProgram loaded) {
    checkOpen();
    loaded.owner().checkOpen();
    if (loaded.polls()) {
      watch.add();
    }
    programs.put(loaded.id(), loaded);
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the BPF runtime is closed");
    }
  }

  /** {@return the programs by number, ascending} */
  List<BpfProgram> programs() {
    return List.copyOf(programs.values());
  }

  /**
   * Closes the programs of one owner, which can load no more, and stops their runs.
   *
   * @throws RuntimeException if a program cannot be closed; the others are
   */
  void closeAllOf(ProgramOwner owner) {
    synchronized (this) {
      owner.close();
    }
    closeEach(programs.values().stream().filter(program -> program.owner() == owner).toList());
  }

  /** {@return whether a program of an owner is still there, as it could not be closed} */
  boolean hasAnyOf(ProgramOwner owner) {
    return programs.values().stream().anyMatch(program -> program.owner() == owner);
  }

  /**
   * Closes all programs, stops their runs, and takes no new programs.
   *
   * @throws RuntimeException if a program cannot be closed; the others are
   */
  void closeAll() {
    synchronized (this) {
      closed = true;
    }
    closeEach(List.copyOf(programs.values()));
  }

  private void closeEach(List<LoadedProgram> all) {
    try (var cleanup = new Cleanup()) {
      all.forEach(program -> cleanup.step(program::closeForcibly));
    }
  }

  /** Closes one program. Does nothing if it is closed. */
  void close(LoadedProgram program) {
    if (redirections.close(program)) {
      programs.remove(program.id());
      if (program.polls()) {
        watch.remove();
        stopper.armForGood(program);
      }
      program.free();
    }
  }

  RunStacks runs() {
    return runs;
  }

  RunStopper stopper() {
    return stopper;
  }

  Redirections redirections() {
    return redirections;
  }
}
