package org.jitalloc.arch.s390.bpf;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Label;

/** What the parts of the generator share while they translate one program. */
final class Translation {
  final Assembler asm = new Assembler();
  final BpfSource source;

  /** Where to go with the result in r0 to end the program from its first function's frame. */
  final Label exit = new Label();

  private final Label[] labels;
  private final ArrayDeque<Runnable> outOfLine = new ArrayDeque<>();

  Translation(BpfSource source) {
    this.source = source;
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

  /** Where a jump or local call goes. */
  int target(int index) {
    BpfInsn insn = insn(index);
    boolean wide = insn.opcode() == BpfOp.GOTOL || insn.opcode() == BpfOp.CALL;
    return index + 1 + (wide ? insn.imm() : insn.offset());
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
