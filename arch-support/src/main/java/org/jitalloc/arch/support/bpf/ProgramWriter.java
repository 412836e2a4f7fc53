package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/** Writes a whole program: its functions one after the other, each instruction by its class. */
public final class ProgramWriter {
  /*
   * Layout: the patch site, the call site if one is wanted, then function after function, each
   * followed by what it left out of line. What is shared by all (ends by failure, the search for
   * helpers) stands behind the function that first needed it.
   */
  private static final int ENTRY = 0;

  private final Translation to;
  private final Emitters machine;
  private final Arithmetic arithmetic;
  private final Peepholes runs;
  private final Frames frames;
  private final Accesses accesses;
  private final Exits exits;
  private final HelperCalls calls;

  /**
   * Begins.
   *
   * @param to the program
   * @param machine what emits its parts
   */
  public ProgramWriter(Translation to, Emitters machine) {
    this.to = to;
    this.machine = machine;
    exits = new Exits(to, machine);
    runs = new Peepholes(to, machine);
    arithmetic = new Arithmetic(machine.alu(), to.source().byteOrder());
    frames = new Frames(to, machine);
    accesses = new Accesses(to, machine, exits);
    calls = new HelperCalls(to, machine, exits);
  }

  /**
   * Writes the program.
   *
   * @return its code
   */
  public BpfCode write() {
    for (var function : to.source().functions()) {
      write(function);
    }
    to.emitOutOfLine();
    frames.emitExit();
    byte[] bytes = machine.code().finish();
    return new BpfCode(bytes, ENTRY, ENTRY, to.insnOffsets(machine.code()), exits.stopSites());
  }

  private void write(BpfFunction function) {
    frames.prologue(function);
    int next = function.first();
    while (next < function.end()) {
      if (to.flow().isLoopHead(next)) {
        machine.code().loopHead();
      }
      accesses.proven().enter(next);
      machine.code().bind(to.label(next));
      if (to.flow().isPollPoint(next)) {
        exits.poll(next);
      }
      int done = runs.write(next);
      if (done == 0) {
        write(next, function);
        done = 1;
      }
      for (int i = next + 1; i < next + done; i++) {
        machine.code().bind(to.label(i));
      }
      for (int i = next; i < next + done; i++) {
        accesses.proven().follow(to.insn(i));
      }
      next += done;
    }
    to.emitOutOfLine();
  }

  private void write(int index, BpfFunction function) {
    BpfInsn insn = to.insn(index);
    switch (insn.insnClass()) {
      case BpfOp.ALU, BpfOp.ALU64 -> arithmetic.write(index, insn);
      case BpfOp.LDX, BpfOp.ST, BpfOp.STX -> access(index, insn);
      case BpfOp.LD -> loadConstant(index, insn);
      default -> jump(index, insn, function);
    }
  }

  private void access(int index, BpfInsn insn) {
    accesses.check(index, insn);
    switch (insn.insnClass()) {
      case BpfOp.LDX -> machine.memory().load(insn);
      case BpfOp.ST -> machine.memory().storeConstant(insn);
      default -> {
        if (BpfOp.isAtomic(insn)) {
          machine.atomics().atomic(insn, accesses.misaligned(index, insn));
        } else {
          machine.memory().store(insn);
        }
      }
    }
  }

  private void loadConstant(int index, BpfInsn insn) {
    if (insn.opcode() == BpfOp.LDDW_SECOND) {
      return;
    }
    if (insn.opcode() != BpfOp.LDDW) {
      throw Translation.unknown(insn);
    }
    long upper = (long) to.insn(index + 1).imm() << 32;
    machine.alu().constant(insn.dst(), upper | insn.imm() & 0xffffffffL);
  }

  private void jump(int index, BpfInsn insn, BpfFunction function) {
    if (BpfOp.isLocalCall(insn)) {
      machine.calls().call(frames.entry(to.flow().target(index)));
      calls.clearArguments(to.flow().liveAfter(index));
    } else if (BpfOp.isHelperCall(insn)) {
      calls.helper(index, insn);
    } else if (insn.opcode() == BpfOp.EXIT) {
      frames.exit(function);
    } else {
      int target = to.flow().target(index);
      if (!BpfOp.isUnconditional(insn)) {
        machine.jumps().jumpIf(insn, to.label(target));
      } else if (target != index + 1) {
        machine.code().jump(to.label(target));
      }
    }
  }
}
