package org.jitalloc.bpf.run;

import java.util.HashSet;
import java.util.Set;
import org.jitalloc.Instruction;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jspecify.annotations.Nullable;

/** Which program leads to which other one, by a jump over its entry. */
final class Redirections {
  /*
   * Policy: a redirection is one poke of the patch site at the entry, where the frame and the
   * registers are still as the caller made them; the other program starts as if it had been called
   * itself. The caller prepares the frame for the program that it calls and cannot know which one
   * runs. So the other one may not be deeper (the frame's stack limits would be too short for it).
   * After a run of a program that was ever redirected, the whole stack of its depth is cleared: a
   * thread may have passed its jump long ago and follow redirections of other programs that were
   * made since, and none of these is deeper. Invariants, under the lock:
   *   I1 following targets ends: no program leads to itself
   *   I2 a program that leads to another one has Jump(its address) at its patch site, any other one
   *   Nop
   *   I3 no open program leads to a closed one: closing restores the sources first. Threads that
   *   passed the jump before
   *      that are inside of live code; the allocator reuses the place when they are out.
   * Locks: this object's monitor guards all links; pokes are done under it.
   */

  /** The redirections of one program. */
  static final class Link {
    private final Set<LoadedProgram> sources = new HashSet<>();
    private volatile @Nullable LoadedProgram target;
    private volatile int stackBytes;
    private volatile boolean redirected;

    Link(int stackBytes) {
      this.stackBytes = stackBytes;
    }

    /** The program that runs instead of this one, if there is one. */
    @Nullable LoadedProgram target() {
      return target;
    }

    /** {@return whether another program ever ran instead, and so perhaps still does in a run} */
    boolean wasRedirected() {
      return redirected;
    }

    /** How many bytes of the stack, from its top, are cleared after a run. */
    int stackBytes() {
      return stackBytes;
    }
  }

  synchronized void redirect(LoadedProgram from, LoadedProgram to) {
    check(from, to);
    from.link().redirected = true;
    from.link().stackBytes = from.depth() * BpfFrame.STACK_BYTES; // before the jump can be taken
    code(from).poke(standing(from), new Instruction.Jump(code(to).address()));
    unlink(from);
    from.link().target = to;
    to.link().sources.add(from);
  }

  synchronized void restore(LoadedProgram program) {
    checkOpen(program);
    takeBack(program);
  }

  /** Closes a program. {@return whether it was open} */
  synchronized boolean close(LoadedProgram program) {
    if (program.isClosed()) {
      return false;
    }
    Set.copyOf(program.link().sources).forEach(this::takeBack);
    program.markClosed();
    unlink(program);
    return true;
  }

  private void takeBack(LoadedProgram program) {
    if (program.link().target != null) {
      if (code(program).isLive()) {
        code(program).poke(standing(program), new Instruction.Nop());
      }
      unlink(program);
    }
  }

  private static void unlink(LoadedProgram program) {
    LoadedProgram target = program.link().target;
    if (target != null) {
      target.link().sources.remove(program);
      program.link().target = null;
    }
  }

  private static Instruction standing(LoadedProgram program) {
    LoadedProgram target = program.link().target;
    return target == null ? new Instruction.Nop() : new Instruction.Jump(code(target).address());
  }

  private static void check(LoadedProgram from, LoadedProgram to) {
    checkOpen(from);
    checkOpen(to);
    if (to.byteOrder() != from.byteOrder()) {
      throw new IllegalArgumentException(
          "%s is in byte order %s, %s in %s: its callers prepare memory in the wrong one"
              .formatted(to, to.byteOrder(), from, from.byteOrder()));
    }
    code(from);
    code(to);
    for (LoadedProgram next = to; next != null; next = next.link().target) {
      if (next == from) {
        throw new IllegalArgumentException(
            "%s cannot run %s instead: that one leads back to it".formatted(from, to));
      }
    }
    if (to.limits().countsSteps() != from.limits().countsSteps()) {
      throw new IllegalArgumentException(
          "only one of %s and %s counts steps: the limit of the program that is called has to hold in both"
              .formatted(from, to));
    }
    if (to.depth() > from.depth()) {
      throw new IllegalArgumentException(
          "%s nests %d functions, %s only %d: its callers prepare no deeper stack"
              .formatted(to, to.depth(), from, from.depth()));
    }
  }

  private static void checkOpen(LoadedProgram program) {
    if (program.isClosed()) {
      throw program.closedException();
    }
  }

  private static CompiledCode code(LoadedProgram program) {
    if (program.body() instanceof Executable.Compiled(CompiledCode code)) {
      return code;
    }
    throw new IllegalArgumentException(
        "%s is interpreted; only compiled programs can be redirected".formatted(program));
  }
}
