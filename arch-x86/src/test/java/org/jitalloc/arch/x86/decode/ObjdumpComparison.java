package org.jitalloc.arch.x86.decode;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jitalloc.arch.x86.decode.Listing.Line;

/**
 * Compares what the decoder makes of bytes with what objdump does: the length, where branches go
 * and of which kind they are, what RIP-relative operands mean, and what is no instruction.
 */
final class ObjdumpComparison {
  private static final int SHOWN = 40;

  private final DecodedInstruction instruction = new DecodedInstruction();
  private final Map<ControlTransfer, Long> flows = new EnumMap<>(ControlTransfer.class);
  private final Map<String, Long> allowed = new TreeMap<>();
  private final List<String> differences = new ArrayList<>();
  private long instructions;
  private long bytes;
  private long refused;
  private long ripRelative;
  private long differenceCount;

  /** Looks at one line of objdump's. */
  void line(byte[] code, long base, Line line) {
    int start = (int) (line.address() - base);
    int length = line.length();
    String text = line.text();
    if (ObjdumpWords.isPrefixesOnly(text)) {
      allowed.merge("prefixes on a line of their own", 1L, Long::sum);
      return;
    }
    for (int wait = wait(code, start, length); wait > 0; wait = wait(code, start, length)) {
      check(code, start, wait, base, "fwait");
      start += wait;
      length -= wait;
    }
    check(code, start, length, base, text);
  }

  /** How long a WAIT is in front of what objdump takes for one instruction with it. */
  private static int wait(byte[] code, int start, int length) {
    int wait = ObjdumpWords.waitLength(code, start, length);
    return wait < length ? wait : 0;
  }

  private void check(byte[] code, int start, int length, long base, String text) {
    instructions++;
    bytes += length;
    boolean decoded = Decoder.decode(code, start, code.length, instruction);
    String known = Differences.name(instruction, text);
    if (known != null) {
      allowed.merge(known, 1L, Long::sum);
      return;
    }
    boolean bad = text.contains("(bad)");
    if (bad) {
      refused++;
    }
    if (bad == decoded || decoded && instruction.length() != length) {
      different(code, start, length, text, "length %d".formatted(instruction.length()));
    } else if (decoded) {
      meaning(code, start, length, base + start, text);
    }
  }

  private void meaning(byte[] code, int start, int length, long address, String text) {
    var flow = instruction.flow();
    flows.merge(flow, 1L, Long::sum);
    var expected = ObjdumpWords.flow(text);
    if (expected != flow) {
      different(code, start, length, text, flow + " not " + expected);
    }
    if (flow.isRelative()) {
      long target = instruction.branchTarget(address);
      if (target != ObjdumpWords.target(text)) {
        different(code, start, length, text, "target %x".formatted(target));
      }
    }
    boolean relative = text.contains("(%rip)") || text.contains("(%eip)");
    if (relative) {
      ripRelative++;
    }
    boolean same = relative == instruction.isRipRelative();
    if (same && text.contains("(%rip)") && text.contains("# ")) {
      same = instruction.ripTarget(address) == ObjdumpWords.ripTarget(text);
    }
    if (!same) {
      different(code, start, length, text, "relative operand");
    }
  }

  private void different(byte[] code, int start, int length, String text, String ours) {
    differenceCount++;
    if (differences.size() >= SHOWN) {
      return;
    }
    int end = Math.min(code.length, start + Math.max(length, DecodedInstruction.MAX_BYTES));
    String shown = HexFormat.of().formatHex(code, start, end);
    differences.add(
        "%s objdump: %d bytes '%s', decoder: %s %s"
            .formatted(shown, length, text, instruction.outcome(), ours));
  }

  long differenceCount() {
    return differenceCount;
  }

  long instructions() {
    return instructions;
  }

  long refused() {
    return refused;
  }

  Map<ControlTransfer, Long> flows() {
    return flows;
  }

  String report() {
    return String.format(
        Locale.ROOT,
        "%,d instructions in %,d bytes, %,d refused by both, %,d RIP-relative, %s, named"
            + " differences %s, other differences %d%n%s",
        instructions,
        bytes,
        refused,
        ripRelative,
        flows,
        allowed,
        differenceCount,
        String.join("\n", differences));
  }
}
