package org.jitalloc.arch.support.bpf;

import java.util.List;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.support.asm.TextCode;

/** Emits what it was asked for as text. */
final class TextMachine {
  private TextMachine() {}

  /** Writes a program with it. {@return the requests} */
  static List<String> write(Program program, boolean checked) {
    // Most instructions are not jumped to; only labels that were named before are of interest.
    var code = new TextCode(TextMachine::show, false);
    new ProgramWriter(new Translation(program.source(checked)), machine(code)).write();
    return code.lines();
  }

  private static Emitters machine(TextCode code) {
    return new Emitters(
        code,
        code.part(AluEmitter.class),
        code.part(MemoryEmitter.class),
        code.part(AtomicEmitter.class),
        code.part(JumpEmitter.class),
        code.part(FunctionFrameEmitter.class),
        code.part(CallEmitter.class),
        code.part(ExitEmitter.class),
        code.part(BoundsEmitter.class));
  }

  private static String show(Object argument) {
    return switch (argument) {
      case null -> "-";
      case BpfInsn insn -> "r%d r%d %d".formatted(insn.dst(), insn.src(), insn.offset());
      case BpfFunction function -> "f" + function.first();
      default -> argument.toString();
    };
  }
}
