package org.jitalloc.arch.toy;

import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.AluEmitter;
import org.jitalloc.arch.support.bpf.AtomicEmitter;
import org.jitalloc.arch.support.bpf.BoundsEmitter;
import org.jitalloc.arch.support.bpf.CallEmitter;
import org.jitalloc.arch.support.bpf.ExitEmitter;
import org.jitalloc.arch.support.bpf.FunctionFrameEmitter;
import org.jitalloc.arch.support.bpf.FunctionUsage;
import org.jitalloc.arch.support.bpf.JumpEmitter;
import org.jitalloc.arch.support.bpf.MemoryEmitter;

/** The words of the toy for all operations of generators; r11 and up are scratch registers. */
final class ToyEmitters
    implements AluEmitter,
        MemoryEmitter,
        AtomicEmitter,
        JumpEmitter,
        FunctionFrameEmitter,
        CallEmitter,
        ExitEmitter,
        BoundsEmitter {
  private static final int CONSTANT = 0x10; // four of them, for 16 bits each
  private static final int MOVE = 0x14;
  private static final int EXTEND = 0x15;
  private static final int ALU = 0x16;
  private static final int NEGATE = 0x17;
  private static final int REVERSE = 0x18;
  private static final int SUM = 0x19;
  private static final int ROTATE = 0x1a;
  private static final int OFFSET = 0x20;
  private static final int LOAD = 0x21;
  private static final int STORE = 0x22;
  private static final int ATOMIC = 0x23;
  private static final int COMPARE = 0x24;
  private static final int SAVE = 0x28;
  private static final int RESTORE = 0x29;
  private static final int LOAD_FIELD = 0x2a;
  private static final int STORE_FIELD = 0x2b;
  private static final int CALL_REGISTER = 0x2c;

  private static final int SCRATCH = 11;
  private static final int FAILING_INSN = 12;
  private static final int FAILING_ADDRESS = 13;
  private static final int HELPER = 14;
  private static final int MACHINE_STACK = 15;

  private final ToyAssembler asm;
  private final FunctionUsage usage;
  private final boolean fast;

  ToyEmitters(ToyAssembler asm, FunctionUsage usage, boolean fast) {
    this.asm = asm;
    this.usage = usage;
    this.fast = fast;
  }

  private int second(BpfInsn insn) {
    if (BpfOp.isX(insn)) {
      return insn.src();
    }
    constant(SCRATCH, insn.imm());
    return SCRATCH;
  }

  @Override
  public void constant(int register, long value) {
    for (int part = 0; part < 4; part++) {
      int bits = (int) (value >> 16 * part);
      asm.emit(CONSTANT + part, register, bits >> 8, bits);
    }
  }

  @Override
  public void move(BpfInsn insn) {
    asm.emit(MOVE, insn.dst(), insn.src(), insn.insnClass());
  }

  @Override
  public void signExtend(BpfInsn insn) {
    asm.emit(EXTEND, insn.dst(), insn.src(), insn.offset());
  }

  @Override
  public void binary(BpfInsn insn) {
    int second = second(insn);
    asm.emit(ALU, insn.dst(), second, insn.opcode());
  }

  @Override
  public void sum(boolean wide, int dst, int first, int second) {
    asm.emit(SUM, dst, first, second);
  }

  @Override
  public void sumConstant(boolean wide, int dst, int src, int value) {
    constant(SCRATCH, value);
    asm.emit(SUM, dst, src, SCRATCH);
  }

  @Override
  public void rotate(boolean wide, int dst, int src, int left) {
    asm.emit(ROTATE, dst, src, left);
  }

  @Override
  public void divide(int index, BpfInsn insn) {
    binary(insn);
  }

  @Override
  public void shift(int index, BpfInsn insn) {
    binary(insn);
  }

  @Override
  public void negate(BpfInsn insn) {
    asm.emit(NEGATE, insn.dst(), 0, insn.insnClass());
  }

  @Override
  public void truncate(int register, int bits) {
    asm.emit(MOVE, register, register, bits);
  }

  @Override
  public void reverse(int register, int bits) {
    asm.emit(REVERSE, register, register, bits);
  }

  private void offset(BpfInsn insn) {
    asm.emit(OFFSET, BpfOp.base(insn), insn.offset() >> 8, insn.offset());
  }

  @Override
  public void load(BpfInsn insn) {
    offset(insn);
    asm.emit(LOAD, insn.dst(), BpfOp.accessBytes(insn), BpfOp.mode(insn));
  }

  @Override
  public void store(BpfInsn insn) {
    offset(insn);
    asm.emit(STORE, insn.src(), BpfOp.accessBytes(insn), 0);
  }

  @Override
  public void storeConstant(BpfInsn insn) {
    constant(SCRATCH, insn.imm());
    offset(insn);
    asm.emit(STORE, SCRATCH, BpfOp.accessBytes(insn), 0);
  }

  @Override
  public void atomic(BpfInsn insn, Label misaligned) {
    offset(insn);
    if (misaligned != null) {
      asm.branch(ToyWord.JUMP_IF, misaligned);
    }
    asm.emit(fast ? ToyWord.FAST : ATOMIC, insn.src(), BpfOp.accessBytes(insn), insn.imm());
  }

  @Override
  public void jumpIf(BpfInsn insn, Label target) {
    int second = second(insn);
    asm.emit(COMPARE, insn.dst(), second, insn.opcode());
    asm.branch(ToyWord.JUMP_IF, target);
  }

  @Override
  public void jumpUnless(BpfInsn insn, Label target) {
    var over = new Label();
    jumpIf(insn, over);
    asm.jump(target);
    asm.bind(over);
  }

  @Override
  public void patchSite() {
    asm.emit(Flaw.NO_PATCH_SITE.is() ? MOVE : ToyWord.NOP, 0, 0, 0);
  }

  @Override
  public void callSite() {
    if (!Flaw.NO_CALL_SITE.is()) {
      asm.emit(ToyWord.NOP, 0, 0, 0);
    }
  }

  @Override
  public void enterProgram(BpfFunction main) {
    usage.saves(main).forEach(r -> asm.emit(SAVE, r, 0, 0));
    if (usage.leavesFromDepth()) {
      asm.emit(STORE_FIELD, MACHINE_STACK, BpfFrame.SAVED_SP, 0);
    }
    if (usage.usesStack()) {
      asm.emit(LOAD_FIELD, BpfOp.FP, BpfFrame.STACK_TOP, 0);
    }
  }

  @Override
  public void memoryStart() {
    asm.emit(LOAD_FIELD, 1, 0, 1);
  }

  @Override
  public void memoryBytes() {
    asm.emit(LOAD_FIELD, 2, 0, 2);
  }

  @Override
  public void enterFunction(BpfFunction function) {
    usage.saves(function).forEach(r -> asm.emit(SAVE, r, 0, 0));
  }

  @Override
  public void leaveProgram(BpfFunction main) {
    leaveFunction(main);
  }

  @Override
  public void leaveFunction(BpfFunction function) {
    usage.saves(function).forEach(r -> asm.emit(RESTORE, r, 0, 0));
    asm.emit(ToyWord.RETURN, 0, 0, 0);
  }

  @Override
  public void call(Label function) {
    asm.branch(ToyWord.CALL, function);
  }

  @Override
  public void loadHelper(long address) {
    constant(HELPER, address);
  }

  @Override
  public void callHelper() {
    asm.emit(CALL_REGISTER, HELPER, 0, 0);
  }

  @Override
  public void jumpIfStackLow(Label target) {
    asm.emit(COMPARE, MACHINE_STACK, BpfFrame.STACK_FLOOR, BpfOp.JLT);
    asm.branch(ToyWord.JUMP_IF, target);
  }

  @Override
  public void jumpIfEnded(Label target) {
    asm.emit(LOAD_FIELD, SCRATCH, BpfFrame.STATUS, 0);
    asm.branch(ToyWord.JUMP_IF, target);
  }

  @Override
  public void loadNumber(int register) {
    asm.emit(MOVE, FAILING_ADDRESS, register, 0);
  }

  @Override
  public void jumpIfNoHelper(Label target) {
    asm.emit(COMPARE, HELPER, HELPER, BpfOp.JSET);
    asm.branch(ToyWord.JUMP_IF, target);
  }

  @Override
  public void jumpIfOther(int number, Label target) {
    constant(SCRATCH, number);
    asm.emit(COMPARE, FAILING_ADDRESS, SCRATCH, BpfOp.JNE);
    asm.branch(ToyWord.JUMP_IF, target);
  }

  @Override
  public void jumpIfLower(Label target) {
    asm.emit(COMPARE, FAILING_ADDRESS, SCRATCH, BpfOp.JSLT);
    asm.branch(ToyWord.JUMP_IF, target);
  }

  @Override
  public void returnFromSearch() {
    asm.emit(ToyWord.RETURN, 0, 0, 0);
  }

  @Override
  public void failingInsn(int index) {
    constant(FAILING_INSN, index);
  }

  @Override
  public void fail(long status) {
    asm.emit(STORE_FIELD, FAILING_ADDRESS, BpfFrame.ADDRESS, 0);
    asm.emit(STORE_FIELD, FAILING_INSN, BpfFrame.INSN, 0);
    constant(0, status);
    asm.emit(STORE_FIELD, 0, BpfFrame.STATUS, 0);
    constant(0, 0);
  }

  @Override
  public void jumpIfStopRequested(Label target) {
    asm.emit(LOAD_FIELD, SCRATCH, BpfFrame.STOP, 0);
    asm.emit(COMPARE, SCRATCH, SCRATCH, BpfOp.JSGT);
    asm.branch(ToyWord.JUMP_IF, target);
  }

  @Override
  public void countStep(Label target) {
    asm.emit(LOAD_FIELD, SCRATCH, BpfFrame.STEPS, 0);
    asm.emit(NEGATE, SCRATCH, SCRATCH, 0);
    asm.emit(STORE_FIELD, SCRATCH, BpfFrame.STEPS, 0);
    asm.emit(COMPARE, SCRATCH, SCRATCH, BpfOp.JSLT);
    asm.branch(ToyWord.JUMP_IF, target);
  }

  @Override
  public void loadResult() {
    asm.emit(LOAD_FIELD, 0, BpfFrame.RESULT, 0);
  }

  @Override
  public void restoreStack() {
    asm.emit(LOAD_FIELD, MACHINE_STACK, BpfFrame.SAVED_SP, 0);
  }

  @Override
  public void jumpIfOutside(BpfInsn insn, int start, int limit, Label target) {
    offset(insn);
    asm.emit(COMPARE, start, limit, BpfOp.JGE);
    asm.branch(ToyWord.JUMP_IF, target);
  }

  @Override
  public void jumpIfInside(BpfInsn insn, int start, int limit, Label target) {
    offset(insn);
    asm.emit(COMPARE, start, limit, BpfOp.JLT);
    asm.branch(ToyWord.JUMP_IF, target);
  }

  @Override
  public void failingAddress(BpfInsn insn) {
    offset(insn);
    asm.emit(MOVE, FAILING_ADDRESS, SCRATCH, 0);
  }
}
