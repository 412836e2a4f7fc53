package org.jitalloc.arch.x86.bpf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Label;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.Width;

/** How functions begin and end. */
final class FrameCode {
  /*
   * The first function is entered by the C ABI: it saves what any function of the program changes and C wants
   * preserved, since the program may be left from any depth with nothing but its machine stack pointer. The others save of
   * r6 to r9 what they write themselves.
   * Where helpers are called, every function keeps the machine stack aligned to 16 bytes, so a call of one finds it so.
   */
  /**
   * What a call or jump can be poked over; at the start, so it never crosses an 8-byte boundary of
   * aligned memory.
   */
  private static final byte[] PATCH_SITE = {0x0f, 0x1f, 0x44, 0, 0};

  private static final Reg C_FRAME = Reg.RDI;
  private static final Reg C_MEMORY = Reg.RSI;
  private static final Reg C_MEMORY_BYTES = Reg.RDX;

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
      saved(function).forEach(asm::push);
      align(function, AluOp.SUB);
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
    asm.raw(PATCH_SITE);
    asm.bind(entry(main.first()));
    saved(main).forEach(asm::push);
    align(main, AluOp.SUB);
    if (to.usage.needsFrame()) asm.mov(Width.B8, Registers.FRAME, C_FRAME);
    if (to.usage.leavesFromDepth())
      asm.store(Width.B8, Mem.at(C_FRAME, BpfFrame.SAVED_SP), Reg.RSP);
    if (to.usage.usesStack()) {
      asm.load(Width.B8, Registers.of(BpfOp.FP), Mem.at(C_FRAME, BpfFrame.STACK_TOP));
    }
    startRegisters(to.flow.liveBefore(main.first()));
  }

  private void startRegisters(int live) {
    for (int r = 0; r < BpfOp.FP; r++) {
      if ((live >> r & 1) == 0) continue;
      switch (r) {
        case 1 -> asm.mov(Width.B8, Registers.of(1), C_MEMORY);
        case 2 -> asm.mov(Width.B8, Registers.of(2), C_MEMORY_BYTES);
        default -> asm.movImm(Registers.of(r), 0);
      }
    }
  }

  private void epilogue(BpfFunction function) {
    if (!function.equals(main)) moveStack(function, AluOp.ADD);
    align(function, AluOp.ADD);
    saved(function).reversed().forEach(asm::pop);
    asm.ret();
  }

  private void moveStack(BpfFunction function, AluOp op) {
    if (to.usage.hasStack(function)) {
      asm.alu(op, Width.B8, Registers.of(BpfOp.FP), BpfFrame.STACK_BYTES);
    }
  }

  private void align(BpfFunction function, AluOp op) {
    boolean odd = saved(function).size() % 2 == 0;
    if (to.usage.callsHelpers() && odd) asm.alu(op, Width.B8, Reg.RSP, Long.BYTES);
  }

  private List<Reg> saved(BpfFunction function) {
    boolean first = function.equals(main);
    int changed = first ? to.usage.touched() : to.usage.writtenBy(function);
    var saved = new ArrayList<Reg>();
    if (first && to.usage.usesStack()) saved.add(Registers.of(BpfOp.FP));
    for (int r : Registers.PRESERVED_NUMBERS)
      if ((changed >> r & 1) != 0) saved.add(Registers.of(r));
    if (first && to.usage.needsFrame()) saved.add(Registers.FRAME);
    return saved;
  }
}
