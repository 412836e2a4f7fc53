package org.jitalloc.bpf.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.bpf.BpfLoadException;
import org.jitalloc.bpf.BpfRuntime;

/**
 * Checks a program, rule by rule: what each instruction is, where it leads, what it calls, how
 * deep.
 */
public final class ProgramChecker {

  private final Rejection reject;
  private final List<BpfInsn> insns;

  /** True where the second half of a wide instruction stands. */
  private final boolean[] secondHalf;

  private ProgramChecker(List<BpfInsn> insns) {
    this.insns = insns;
    this.reject = new Rejection(insns);
    this.secondHalf = new boolean[insns.size()];
  }

  /**
   * Checks a program.
   *
   * @param bytes the program
   * @param order its byte order
   * @param helpers the names of the helpers that there are, by number
   * @return what there is to know of it
   * @throws BpfLoadException if it breaks a rule
   */
  public static CheckedProgram check(byte[] bytes, ByteOrder order, Map<Integer, String> helpers) {
    return new ProgramChecker(decode(bytes, order)).check(helpers);
  }

  private static List<BpfInsn> decode(byte[] bytes, ByteOrder order) {
    if (bytes.length == 0) {
      throw new BpfLoadException("it is empty; it needs at least an exit");
    }
    if (bytes.length % BpfInsn.BYTES != 0) {
      throw new BpfLoadException(
          "its length is %d bytes, no multiple of %d: the last instruction is incomplete"
              .formatted(bytes.length, BpfInsn.BYTES));
    }
    int count = bytes.length / BpfInsn.BYTES;
    if (count > BpfRuntime.MAX_INSTRUCTIONS) {
      throw new BpfLoadException(
          "it has %d instructions, the limit is %d".formatted(count, BpfRuntime.MAX_INSTRUCTIONS));
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
    List<BpfInsn> insns = new ArrayList<>(count);
    while (buffer.hasRemaining()) {
      insns.add(BpfInsn.decode(buffer.getLong(), order));
    }
    return insns;
  }

  private CheckedProgram check(Map<Integer, String> helpers) {
    for (int i = 0; i < insns.size(); i++) {
      i += checkFields(i);
    }
    Set<Integer> called = new TreeSet<>();
    boolean byRegister = false;
    for (int i = 0; i < insns.size(); i++) {
      if (!secondHalf[i]) {
        checkStackAccess(i);
        checkHelper(i, helpers).ifPresent(called::add);
        byRegister |= insns.get(i).opcode() == BpfOp.CALLX;
      }
    }
    List<BpfFunction> functions = new FunctionFinder(insns, secondHalf, reject).functions();
    int depth = new CallGraph(insns, secondHalf, functions, reject).depth();
    int stackBytes = StackUse.bytes(insns, secondHalf, functions, depth);
    return new CheckedProgram(insns, functions, called, byRegister, depth, stackBytes);
  }

  /** {@return how many more instructions were looked at} */
  private int checkFields(int index) {
    BpfInsn insn = insns.get(index);
    Optional<String> broken = OperationFields.brokenRule(insn);
    if (broken.isPresent()) {
      throw reject.because(index, broken.get());
    }
    if (insn.opcode() != BpfOp.LDDW) {
      return 0;
    }
    if (index + 1 == insns.size()) {
      throw reject.because(index, "its second half is missing: the program ends here");
    }
    BpfInsn second = insns.get(index + 1);
    if (second.opcode() != BpfOp.LDDW_SECOND) {
      throw reject.because(
          index, "its second half is missing: the next instruction has its own operation");
    }
    if (!second.equals(new BpfInsn(0, 0, 0, (short) 0, second.imm()))) {
      throw reject.because(
          index + 1,
          "the second half of a wide instruction must be zero but for imm; dst is %d, src %d, offset %d"
              .formatted(second.dst(), second.src(), second.offset()));
    }
    secondHalf[index + 1] = true;
    return 1;
  }

  private void checkStackAccess(int index) {
    BpfInsn insn = insns.get(index);
    if (!BpfOp.isAccess(insn) || BpfOp.base(insn) != BpfOp.FP) {
      return;
    }
    int bytes = BpfOp.accessBytes(insn);
    if (insn.offset() < -BpfFrame.STACK_BYTES || insn.offset() > -bytes) {
      throw reject.because(
          index,
          "%d bytes at r10%+d are outside of the stack, which is [r10-%d, r10)"
              .formatted(bytes, insn.offset(), BpfFrame.STACK_BYTES));
    }
    if (BpfOp.isAtomic(insn) && insn.offset() % bytes != 0) {
      throw reject.because(
          index,
          "an atomic operation needs an address that is a multiple of its %d bytes, r10%+d is not"
              .formatted(bytes, insn.offset()));
    }
  }

  private Optional<Integer> checkHelper(int index, Map<Integer, String> helpers) {
    BpfInsn insn = insns.get(index);
    if (insn.opcode() != BpfOp.CALL || insn.src() != BpfOp.CALL_HELPER) {
      return Optional.empty();
    }
    if (!helpers.containsKey(insn.imm())) {
      throw reject.because(
          index, "there is no helper %d; known: %s".formatted(insn.imm(), known(helpers)));
    }
    return Optional.of(insn.imm());
  }

  private static String known(Map<Integer, String> helpers) {
    if (helpers.isEmpty()) {
      return "none";
    }
    List<String> names = new ArrayList<>();
    helpers.forEach((id, name) -> names.add(id + " " + name));
    return String.join(", ", names);
  }
}
