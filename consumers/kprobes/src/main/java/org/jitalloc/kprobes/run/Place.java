package org.jitalloc.kprobes.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jitalloc.JitMemory;
import org.jitalloc.arch.trace.ProbeText;
import org.jitalloc.text.TextFunction;
import org.jspecify.annotations.Nullable;

/**
 * An instruction with all probes on it: the kernel's aggregated probe. Guarded by the lock of
 * {@link LocalKprobes}, but for what threads read that come to it.
 */
final class Place {
  private static final LiveProbe[] NONE = {};

  /** What stands at the instruction. */
  enum State {
    /** The instruction itself. */
    UNARMED,
    BREAKPOINT,
    JUMP
  }

  /**
   * What a detour does.
   *
   * @param bytes how long the instructions are together that it stands in for
   * @param counters where it counts
   * @param before whether it calls a handler before them
   * @param after whether it calls a handler behind them
   */
  record Shape(int bytes, List<Long> counters, boolean before, boolean after) {}

  private final ProbedText text;
  private final TextFunction function;
  private final long address;
  private final ProbeText instructions;

  /** The bytes of the function, without probes; not to be modified. */
  private final byte[] code;

  final List<LiveProbe> probes = new ArrayList<>();
  int id;
  private ProbeText.@Nullable Jump jump;
  @Nullable JitMemory detour;
  @Nullable Shape shape;

  /**
   * What a call site does whose place this is, for its tracer; null where there is none that is
   * borrowed. For probes it is the NOP that {@link #code} has.
   */
  private byte @Nullable [] own;

  /** Counts arrangements: what waits for a grace period finds out whether it is out of date. */
  int version;

  private volatile State state = State.UNARMED;
  private volatile boolean lent;
  private volatile LiveProbe[] enabled = NONE;

  Place(ProbedText text, TextFunction function, long address, FunctionText read) {
    this.text = text;
    this.function = function;
    this.address = address;
    instructions = read.instructions();
    code = read.code();
  }

  ProbedText text() {
    return text;
  }

  long address() {
    return address;
  }

  /** Where it is in the memory. */
  long offset() {
    return address - text.memory().address();
  }

  int functionOffset() {
    return (int) (offset() - function.offset());
  }

  String name() {
    String owner = text.owner().isEmpty() ? "" : " [" + text.owner() + "]";
    return "%s+0x%x%s".formatted(function.name(), functionOffset(), owner);
  }

  byte[] original(int bytes) {
    byte[] original = Arrays.copyOfRange(code, functionOffset(), functionOffset() + bytes);
    byte[] site = own;
    if (site != null) System.arraycopy(site, 0, original, 0, Math.min(site.length, bytes));
    return original;
  }

  /** Says what stands at a call site that is borrowed, or what it is to do from now on. */
  void does(byte[] site) {
    own = site;
    lent = true;
  }

  boolean isLent() {
    return lent;
  }

  int instructionBytes() {
    return instructions.length(functionOffset());
  }

  boolean isStraight() {
    return instructions.isStraight(functionOffset());
  }

  ProbeText.Jump jump() {
    if (jump == null) jump = instructions.jump(functionOffset());
    return jump;
  }

  State state() {
    return state;
  }

  void become(State next) {
    state = next;
  }

  boolean isJump() {
    return state == State.JUMP;
  }

  LiveProbe[] enabled() {
    return enabled;
  }

  /** Has threads that come here find these probes. */
  void publish(LiveProbe[] found) {
    enabled = found;
  }

  /** Where detours are to count, for the probes without handlers. */
  List<Long> counters() {
    return Arrays.stream(enabled)
        .flatMap(probe -> Stream.ofNullable(probe.counter))
        .map(Counter::address)
        .toList();
  }

  boolean wantsBefore() {
    return Arrays.stream(enabled).anyMatch(p -> p.counter == null);
  }

  /** Behind a call site is before its tracer: both handlers are called there at once. */
  boolean wantsAfter() {
    return !lent && Arrays.stream(enabled).anyMatch(p -> p.after != null);
  }

  boolean mayJump() {
    return Arrays.stream(enabled).allMatch(p -> p.mayJump);
  }
}
