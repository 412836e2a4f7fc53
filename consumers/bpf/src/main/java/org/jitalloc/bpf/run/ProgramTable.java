package org.jitalloc.bpf.run;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jitalloc.bpf.BpfProgram;

/** The loaded programs of one runtime, and what they share. */
final class ProgramTable {

  private final RunStacks runs = new RunStacks();
  private final Redirections redirections = new Redirections();
  private final Map<Long, LoadedProgram> programs = new ConcurrentSkipListMap<>();
  private final AtomicLong ids = new AtomicLong();

  /** Written under the monitor, so that no program is added to a closed table. */
  private volatile boolean closed;

  /** {@return a number that no program of this table has had} */
  long nextId() {
    return ids.incrementAndGet();
  }

  /**
   * Adds a program.
   *
   * @throws IllegalStateException if the table is closed; the program is freed
   */
  void add(LoadedProgram loaded) {
    synchronized (this) {
      if (!closed) {
        programs.put(loaded.id(), loaded);
        return;
      }
    }
    loaded.free();
    throw closedException();
  }

  void checkOpen() {
    if (closed) {
      throw closedException();
    }
  }

  private static IllegalStateException closedException() {
    return new IllegalStateException("the BPF runtime is closed");
  }

  /** {@return the programs by number, ascending} */
  List<BpfProgram> programs() {
    return List.copyOf(programs.values());
  }

  /** Closes the programs of one owner. */
  void closeAllOf(ProgramOwner owner) {
    programs.values().stream().filter(program -> program.owner() == owner).forEach(this::close);
  }

  /** Closes all programs and takes no new ones. */
  void closeAll() {
    synchronized (this) {
      closed = true;
    }
    programs.values().forEach(this::close);
  }

  /** Closes one program. Does nothing if it is closed. */
  void close(LoadedProgram program) {
    if (redirections.close(program)) {
      programs.remove(program.id());
      program.free();
    }
  }

  RunStacks runs() {
    return runs;
  }

  Redirections redirections() {
    return redirections;
  }
}
