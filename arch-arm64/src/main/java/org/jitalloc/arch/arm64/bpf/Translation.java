package org.jitalloc.arch.arm64.bpf;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Label;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfSource;

/** What the parts of the generator share while they translate one program. */
final class Translation {
  final Assembler asm = new Assembler();
  final BpfSource source;
  final Flow flow;
  final Usage usage;

  /** Whether the atomic instructions of LSE may be used. */
  final boolean lse;

  /**
   * Where to go with the result in r0 to end the program from where the machine stack is as in its
   * first function.
   */
  final Label exit = new Label();

  private final Label[] labels;
  private final ArrayDeque<Runnable> outOfLine = new ArrayDeque<>();

  Translation(BpfSource source, boolean lse) {
    this.source = source;
    this.lse = lse;
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
