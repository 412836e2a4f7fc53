package org.jitalloc.arch.support.bpf;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;

/** One program on its way into machine code: what is known of it, and the labels of its code. */
public final class Translation {
  private final BpfSource source;
  private final Flow flow;
  private final FunctionUsage usage;
  private final Label exit = new Label();
  private final Label[] labels;
  private final ArrayDeque<Runnable> outOfLine = new ArrayDeque<>();

  /**
   * Begins.
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

  /** {@return where control may go in it} */
  public Flow flow() {
    return flow;
  }

  /** {@return what its functions use} */
  public FunctionUsage usage() {
    return usage;
  }

  /**
   * Gives an instruction of the program.
   *
   * @param index where it stands
   * @return the instruction
   */
  public BpfInsn insn(int index) {
    return source.insns().get(index);
  }

  /**
   * Gives the place of the code of an instruction.
   *
   * @param index where the instruction stands
   * @return a label that has its place once the code is written
   */
  public Label label(int index) {
    return labels[index];
  }

  /**
   * {@return where to go with the result in r0 to end the program from where the machine stack is
   * as in its first function}
   */
  Label exit() {
    return exit;
  }

  /**
   * Leaves code for later that is seldom run, so that what is often run stays together. It may
   * leave more.
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
   * Says that there is no such instruction, which a check of the program would have found.
   *
   * @param insn the instruction
   * @return what to throw
   */
  public static IllegalArgumentException unknown(BpfInsn insn) {
    return new IllegalArgumentException(
        "the program was not checked: no such instruction: " + insn);
  }
}
