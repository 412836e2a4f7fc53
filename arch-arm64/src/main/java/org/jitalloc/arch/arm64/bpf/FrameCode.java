package org.jitalloc.arch.arm64.bpf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Label;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfFunction;

/** How functions begin and end. */
final class FrameCode {
  /*
   * The first function is entered by the C ABI: it saves what any function of the program changes and C wants
   * preserved, since the program may be left from any depth with nothing but its machine stack pointer. The others save of
   * r6 to r9 what they write themselves. A function that calls saves the link register, with a frame record for who
   * walks the stack. The machine stack is always aligned to 16 bytes, as the processor demands.
   */
  private static final int STACK_ALIGN = 16;

  private static final Reg C_FRAME = Reg.X0;
  private static final Reg C_MEMORY = Reg.X1;
  private static final Reg C_MEMORY_BYTES = Reg.X2;
  private static final Reg FRAME_POINTER = Reg.X29;
  private static final Reg LINK = Reg.X30;

  private final Translation to;
  private final Assembler asm;
  private final BpfFunction main;
  private final Map<Integer, Label> entries = new HashMap<>();
  private final Map<Integer, Label> epilogues = new HashMap<>();

  FrameCode(Translation to) {
    this.to = to;
    asm = to.asm;
    main = to.source.functions().getFirst();
    for (var function : to.source.functions()) entries.put(function.first(), new Label());
  }

  /** Where a local call enters the function that starts with this instruction. */
  Label entry(int first) {
    var label = entries.get(first);
    if (label == null)
      throw new IllegalArgumentException("local call into a function: index=" + first);
    return label;
  }

  void prologue(BpfFunction function) {
    if (function.equals(main)) {
      startProgram();
    } else {
      asm.bind(entry(function.first()));
      save(function);
      moveStack(function, AluOp.SUB);
    }
  }

  /** Returns from a function; the first EXIT has the code, the others jump there. */
  void exit(BpfFunction function) {
    var done =
        function.equals(main)
            ? to.exit
            : epilogues.computeIfAbsent(function.first(), _ -> new Label());
    if (done.bound()) {
      asm.jump(done);
    } else {
      asm.bind(done);
      epilogue(function);
    }
  }

  /** Gives the way out its place, if no EXIT of the first function did. */
  void emitExit() {
    if (!to.exit.bound()) exit(main);
  }

  private void startProgram() {
    asm.nop(); // the patch site
    asm.bind(entry(main.first()));
    save(main);
    if (to.usage.needsFrame()) asm.mov(Width.B8, Registers.FRAME, C_FRAME);
    if (to.usage.leavesFromDepth()) {
      asm.movSp(Registers.SCRATCH, Reg.SP);
      asm.store(
          Width.B8, Registers.SCRATCH, Mem.at(C_FRAME, BpfFrame.SAVED_SP), Registers.CONSTANT);
    }
    if (to.usage.usesStack()) {
      asm.load(
          Width.B8,
          Registers.of(Registers.STACK_POINTER),
          Mem.at(C_FRAME, BpfFrame.STACK_TOP),
          Registers.CONSTANT);
    }
    startRegisters(to.flow.liveBefore(main.first()));
  }

  /** In ascending order, so that no argument is overwritten before it was moved. */
  private void startRegisters(int live) {
    for (int r = 0; r < Registers.STACK_POINTER; r++) {
      if ((live >> r & 1) == 0) continue;
      switch (r) {
        case 1 -> asm.mov(Width.B8, Registers.of(1), C_MEMORY);
        case 2 -> asm.mov(Width.B8, Registers.of(2), C_MEMORY_BYTES);
        default -> asm.movImm(Registers.of(r), 0);
      }
    }
  }

  private void epilogue(BpfFunction function) {
    if (function.equals(main)) {
      asm.mov(Width.B8, Registers.C_RESULT, Registers.of(0));
    } else {
      moveStack(function, AluOp.ADD);
    }
    restore(function);
    asm.ret();
  }

  private void moveStack(BpfFunction function, AluOp op) {
    if (to.usage.hasStack(function)) {
      var stack = Registers.of(Registers.STACK_POINTER);
      asm.alu(op, Width.B8, stack, stack, BpfFrame.STACK_BYTES, Registers.CONSTANT);
    }
  }

  private void save(BpfFunction function) {
    var saved = saved(function);
    if (saved.isEmpty()) return;
    asm.alu(AluOp.SUB, Width.B8, Reg.SP, Reg.SP, bytes(saved), Registers.CONSTANT);
    for (int i = 0; i < saved.size(); i += 2) {
      asm.storePair(saved.get(i), saved.get(i + 1), Mem.at(Reg.SP, i * Long.BYTES));
    }
    if (saved.getFirst() == FRAME_POINTER) asm.movSp(FRAME_POINTER, Reg.SP);
  }

  private void restore(BpfFunction function) {
    var saved = saved(function);
    if (saved.isEmpty()) return;
    for (int i = 0; i < saved.size(); i += 2) {
      asm.loadPair(saved.get(i), saved.get(i + 1), Mem.at(Reg.SP, i * Long.BYTES));
    }
    asm.alu(AluOp.ADD, Width.B8, Reg.SP, Reg.SP, bytes(saved), Registers.CONSTANT);
  }

  private static int bytes(List<Reg> saved) {
    return saved.size() / 2 * STACK_ALIGN;
  }

  /** Pairs of registers; the last may be made one by a scratch register. */
  private List<Reg> saved(BpfFunction function) {
    boolean first = function.equals(main);
    int changed = first ? to.usage.touched() : to.usage.writtenBy(function);
    var saved = new ArrayList<Reg>();
    if (to.usage.calls(function)) saved.addAll(List.of(FRAME_POINTER, LINK));
    for (int r : Registers.PRESERVED_NUMBERS)
      if ((changed >> r & 1) != 0) saved.add(Registers.of(r));
    if (first && to.usage.usesStack()) saved.add(Registers.of(Registers.STACK_POINTER));
    if (first && to.usage.needsFrame()) saved.add(Registers.FRAME);
    if (saved.size() % 2 != 0) saved.add(Registers.SCRATCH);
    return saved;
  }
}
