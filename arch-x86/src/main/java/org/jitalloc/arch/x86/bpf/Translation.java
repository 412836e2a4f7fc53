package org.jitalloc.arch.x86.bpf;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Label;

/** What the parts of the generator share while they translate one program. */
final class Translation {
  final Assembler asm = new Assembler();
  final BpfSource source;
  final Flow flow;
  final Usage usage;

  /** Whether shlx, shrx and sarx may be used. */
  final boolean bmi2;

  /**
   * Where to go with the result in RAX to end the program from where the machine stack is as in its
   * first function.
   */
  final Label exit = new Label();

  private final Label[] labels;
  private final ArrayDeque<Runnable> outOfLine = new ArrayDeque<>();

  Translation(BpfSource source, boolean bmi2) {
    this.source = source;
    this.bmi2 = bmi2;
    flow = new Flow(source);
    usage = new Usage(source);
    labels = new Label[source.insns().size()];
    Arrays.setAll(labels, _ -> new Label());
  }

  BpfInsn insn(int index) {
    return source.insns().get(index);
  }

  /** The place of the code of an instruction. */
  Label label(int index) {
    return labels[index];
  }

  /** Leaves code for later that is seldom run, so that what is often run stays together. */
  void outOfLine(Runnable emit) {
    outOfLine.add(emit);
  }

  void emitOutOfLine() {
    for (var emit = outOfLine.poll(); emit != null; emit = outOfLine.poll()) emit.run();
  }

  int[] insnOffsets() {
    return Arrays.stream(labels).mapToInt(asm::offset).toArray();
  }
}
