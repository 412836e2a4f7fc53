package org.jitalloc.arch.support.bpf;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;

/** The compilation of one program: its analyses, and the labels of its code. For one thread. */
public final class Translation {
  private final BpfSource source;
  private final Flow flow;
  private final FunctionUsage usage;
  private final Label exit = new Label();
  private final Label[] labels;
  private final ArrayDeque<Runnable> outOfLine = new ArrayDeque<>();

  /**
   * Creates the compilation.
   *
   * @param source the program
   */
  public Translation(BpfSource source) {
    this.source = source;
    flow = new Flow(source);
    usage = new FunctionUsage(source);
    labels = new Label[source.insns().size()];
    Arrays.setAll(labels, _ -> new Label());
  }

  /** {@return the program} */
  public BpfSource source() {
    return source;
  }

  /** {@return its control flow and liveness} */
  public Flow flow() {
    return flow;
  }

  /** {@return the registers and calls that its functions use} */
  public FunctionUsage usage() {
    return usage;
  }

  /**
   * Returns an instruction of the program.
   *
   * @param index its index
   * @return the instruction
   */
  public BpfInsn insn(int index) {
    return source.insns().get(index);
  }

  /**
   * Returns the label of the code of an instruction.
   *
   * @param index the index of the instruction
   * @return the label, which is bound when the code is written
   */
  public Label label(int index) {
    return labels[index];
  }

  /**
   * {@return the target that ends the program with the result in r0, with the machine stack of the
   * first function}
   */
  Label exit() {
    return exit;
  }

  /**
   * Defers code that is rarely executed, so that frequent code is contiguous. The deferred code may
   * defer more.
   *
   * @param emit writes the code
   */
  public void outOfLine(Runnable emit) {
    outOfLine.add(emit);
  }

  void emitOutOfLine() {
    for (var emit = outOfLine.poll(); emit != null; emit = outOfLine.poll()) {
      emit.run();
    }
  }

  int[] insnOffsets(CodeWriter code) {
    return Arrays.stream(labels).mapToInt(code::offset).toArray();
  }

  /**
   * Returns the exception for an undefined instruction, which the program checker refuses.
   *
   * @param insn the instruction
   * @return the exception, to be thrown
   */
  public static IllegalArgumentException unknown(BpfInsn insn) {
    return new IllegalArgumentException(
        "the program was not checked: no such instruction: " + insn);
  }
}
