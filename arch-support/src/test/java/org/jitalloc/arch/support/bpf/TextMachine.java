package org.jitalloc.arch.support.bpf;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;

/** Emits what it was asked for as text, a line a request; labels are numbered as they appear. */
final class TextMachine {
  private final List<String> lines = new ArrayList<>();
  private final Map<Label, Integer> labels = new HashMap<>();

  /** Writes a program with it. {@return the requests} */
  static List<String> write(Program program, boolean checked) {
    var text = new TextMachine();
    new ProgramWriter(new Translation(program.source(checked)), text.machine()).write();
    return text.lines;
  }

  private Machine machine() {
    return new Machine(
        new TextCode(),
        part(AluEmitter.class),
        part(MemoryEmitter.class),
        part(AtomicEmitter.class),
        part(JumpEmitter.class),
        part(FrameEmitter.class),
        part(CallEmitter.class),
        part(ExitEmitter.class),
        part(BoundsEmitter.class));
  }

  private final class TextCode implements CodeWriter {
    @Override
    public void bind(Label label) {
      label.bind(lines.size(), 0);
      // Most instructions are not jumped to; only what was named before is of interest.
      if (labels.containsKey(label)) lines.add(name(label) + ":");
    }

    @Override
    public void jump(Label target) {
      lines.add("jump " + name(target));
    }

    @Override
    public byte[] finish() {
      return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int offset(Label label) {
      return label.position();
    }
  }

  private <T> T part(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              var all = arguments == null ? new Object[0] : arguments;
              String rest = Arrays.stream(all).map(this::show).collect(Collectors.joining(" "));
              lines.add((method.getName() + " " + rest).strip());
              return null;
            }));
  }

  private String show(Object argument) {
    return switch (argument) {
      case null -> "-";
      case Label label -> name(label);
      case BpfInsn insn -> "r%d r%d %d".formatted(insn.dst(), insn.src(), insn.offset());
      case BpfFunction function -> "f" + function.first();
      default -> argument.toString();
    };
  }

  private String name(Label label) {
    return "L" + labels.computeIfAbsent(label, _ -> labels.size());
  }
}
