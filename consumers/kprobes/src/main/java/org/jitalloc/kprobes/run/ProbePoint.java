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
 * An instruction with all probes at it: the kernel's aggregated probe. Guarded by the lock of
 * {@link LocalKprobes}, except for the volatile fields, which threads that hit it read.
 */
final class ProbePoint {
  private static final LiveProbe[] NONE = {};

  /** What is written at the instruction. */
  enum State {
    /** The instruction itself. */
    UNARMED,
    BREAKPOINT,
    JUMP
  }

  /**
   * What a detour does.
   *
   * @param bytes the length of the instructions that it executes
   * @param counters the addresses of the numbers that it increments
   * @param before whether it calls a handler before the instructions
   * @param after whether it calls a handler behind the instructions
   */
  record Shape(int bytes, List<Long> counters, boolean before, boolean after) {}

  private final ProbedText text;
  private final TextFunction function;
  private final long address;

  /** The function as it was last read, without probes, and with call sites that are idle. */
  private FunctionText read;

  final List<LiveProbe> probes = new ArrayList<>();
  int id;
  private ProbeText.@Nullable Jump jump;
  @Nullable JitMemory detour;
  @Nullable Shape shape;

  /**
   * What the call site at this point does now, for its tracer; null if no call site is borrowed
   * here. {@link #read} contains the idle instruction of the site.
   */
  private byte @Nullable [] site;

  private byte[] idle = {};

  /** Counts changes: an action that waited for a grace period compares it to detect that. */
  int version;

  private volatile State state = State.UNARMED;
  private volatile boolean borrowed;
  private volatile LiveProbe[] enabled = NONE;

  ProbePoint(ProbedText text, TextFunction function, long address, FunctionText read) {
    this.text = text;
    this.function = function;
    this.address = address;
    this.read = read;
  }

  TextFunction function() {
    return function;
  }

  FunctionText read() {
    return read;
  }

  /** Replaces the text of the function: it was read again. */
  void read(FunctionText again) {
    if (!again.equals(read)) {
      read = again;
      jump = null;
    }
  }

  ProbedText text() {
    return text;
  }

  JitMemory memory() {
    return text.memory();
  }

  boolean isLive() {
    return memory().state() == JitMemory.State.LIVE;
  }

  long address() {
    return address;
  }

  /** {@return the offset from the start of the memory} */
  long offset() {
    return address - memory().address();
  }

  int functionOffset() {
    return (int) (offset() - function.offset());
  }

  String name() {
    String owner = text.owner().isEmpty() ? "" : " [" + text.owner() + "]";
    return "%s+0x%x%s".formatted(function.name(), functionOffset(), owner);
  }

  /** {@return bytes of the text from the instruction on, without probes} */
  byte[] original(int bytes) {
    byte[] original = Arrays.copyOfRange(read.code(), functionOffset(), functionOffset() + bytes);
    byte[] now = site;
    if (now != null) {
      System.arraycopy(now, 0, original, 0, Math.min(now.length, bytes));
    }
    return original;
  }

  /** Records what the borrowed call site at this point does. */
  void site(byte[] now) {
    site = now;
  }

  /**
   * Records that the call site at this point is borrowed: its idle instruction, and its current
   * one.
   */
  void borrow(byte[] instruction, byte[] now) {
    idle = instruction;
    site = now;
    borrowed = true;
  }

  /** {@return the idle instruction of the call site at this point; empty if none is borrowed} */
  byte[] idle() {
    return idle;
  }

  boolean isBorrowed() {
    return borrowed;
  }

  int instructionBytes() {
    return read.instructions().length(functionOffset());
  }

  boolean isStraight() {
    return read.instructions().isStraight(functionOffset());
  }

  ProbeText.Jump jump() {
    if (jump == null) {
      jump = read.instructions().jump(functionOffset());
    }
    return jump;
  }

  State state() {
    return state;
  }

  void state(State next) {
    state = next;
  }

  boolean isJump() {
    return state == State.JUMP;
  }

  LiveProbe[] enabled() {
    return enabled;
  }

  /** Sets the probes that threads hit here. */
  void enabled(LiveProbe[] next) {
    enabled = next;
  }

  /** {@return the addresses that detours increment, for the probes without handlers} */
  List<Long> counters() {
    return Arrays.stream(enabled)
        .flatMap(probe -> Stream.ofNullable(probe.counter))
        .map(Counter::address)
        .toList();
  }

  boolean needsBefore() {
    return Arrays.stream(enabled).anyMatch(p -> p.counter == null);
  }

  /**
   * {@return whether the detour calls a handler behind the instruction. At a call site both
   * handlers are called before the tracer, at once}
   */
  boolean needsAfter() {
    return !borrowed && Arrays.stream(enabled).anyMatch(p -> p.after != null);
  }

  boolean mayJump() {
    return Arrays.stream(enabled).allMatch(p -> p.mayJump);
  }
}
