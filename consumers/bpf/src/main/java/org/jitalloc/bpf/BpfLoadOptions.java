package org.jitalloc.bpf;

import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Objects;

/**
 * How a program is to be loaded. Start from {@link #DEFAULTS}.
 *
 * @param name what people call it; need not be unique
 * @param engine what runs it
 * @param checks whether its accesses to memory are checked
 * @param byteOrder the byte order of the program: of its instructions as they are stored, and of
 *     the numbers in its memory and stack. Little-endian is what everyone compiles for (clang's
 *     {@code bpfel}); big-endian ({@code bpfeb}) is compiled where that is the machine's own order
 *     and interpreted elsewhere
 * @param traceable whether its machine code starts with a call site, so that tracers find it; costs
 *     an instruction or two that do nothing. Interpreted programs have none
 * @param timeLimit how long a run may take before it is stopped: some 10 to 200 ms later, never
 *     earlier. {@link Duration#ZERO} for the limit of the runtime, a minute unless configured;
 *     {@link #NO_TIME_LIMIT} for none
 * @param stepLimit how many steps a run may take before it is stopped. A step is an arrival at an
 *     instruction that a jump backwards or a call of a function of the program leads to. Counting
 *     costs a nanosecond or so a step. 0 for the limit of the runtime, none unless configured;
 *     {@link #NO_STEP_LIMIT} for none
 */
public record BpfLoadOptions(
    String name,
    Engine engine,
    MemoryChecks checks,
    ByteOrder byteOrder,
    boolean traceable,
    Duration timeLimit,
    long stepLimit) {

  /** The {@link #timeLimit} of programs whose runs may take any time. */
  public static final Duration NO_TIME_LIMIT = Duration.ofSeconds(Long.MAX_VALUE);

  /** The {@link #stepLimit} of programs whose runs may take any number of steps. */
  public static final long NO_STEP_LIMIT = Long.MAX_VALUE;

  /**
   * Compiled where possible, checked, little-endian, not traceable, with the limits of the runtime,
   * without a name of its own.
   */
  public static final BpfLoadOptions DEFAULTS =
      new BpfLoadOptions(
          "program",
          Engine.AUTO,
          MemoryChecks.CHECKED,
          ByteOrder.LITTLE_ENDIAN,
          false,
          Duration.ZERO,
          0);

  /** Makes the options. */
  public BpfLoadOptions {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(engine, "engine");
    Objects.requireNonNull(checks, "checks");
    Objects.requireNonNull(byteOrder, "byteOrder");
    if (timeLimit.isNegative() || stepLimit < 0) {
      throw new IllegalArgumentException(
          "a limit is negative: timeLimit=%s stepLimit=%d".formatted(timeLimit, stepLimit));
    }
  }

  /** What runs a program. */
  public enum Engine {
    /**
     * Machine code if there is a code generator for this machine and program, else the interpreter.
     */
    AUTO,
    /** Machine code, or loading fails. */
    JIT,
    /** The interpreter: slow, always there, always checks. */
    INTERPRETER
  }

  /** Whether accesses to memory are checked at run time. */
  public enum MemoryChecks {
    /** Each access is checked; one outside of the program's memory and stack ends the run. */
    CHECKED,
    /**
     * Machine code does not check: a wrong program corrupts this process or ends it. Only where
     * policy allows it (the configuration {@code org.jitalloc.bpf}, {@code allowUnchecked}). The
     * interpreter checks all the same.
     */
    UNCHECKED
  }

  /**
   * The same options with another name.
   *
   * @param newName what people call the program
   * @return the changed options
   */
  public BpfLoadOptions withName(String newName) {
    return new BpfLoadOptions(newName, engine, checks, byteOrder, traceable, timeLimit, stepLimit);
  }

  /**
   * The same options with another engine.
   *
   * @param newEngine what runs the program
   * @return the changed options
   */
  public BpfLoadOptions withEngine(Engine newEngine) {
    return new BpfLoadOptions(name, newEngine, checks, byteOrder, traceable, timeLimit, stepLimit);
  }

  /**
   * The same options with other checks.
   *
   * @param newChecks whether accesses to memory are checked
   * @return the changed options
   */
  public BpfLoadOptions withChecks(MemoryChecks newChecks) {
    return new BpfLoadOptions(name, engine, newChecks, byteOrder, traceable, timeLimit, stepLimit);
  }

  /**
   * The same options with another byte order.
   *
   * @param newByteOrder the byte order of the program
   * @return the changed options
   */
  public BpfLoadOptions withByteOrder(ByteOrder newByteOrder) {
    return new BpfLoadOptions(name, engine, checks, newByteOrder, traceable, timeLimit, stepLimit);
  }

  /**
   * The same options, with or without a call site.
   *
   * @param newTraceable whether tracers find the program
   * @return the changed options
   */
  public BpfLoadOptions withTraceable(boolean newTraceable) {
    return new BpfLoadOptions(name, engine, checks, byteOrder, newTraceable, timeLimit, stepLimit);
  }

  /**
   * The same options with another limit of time.
   *
   * @param newTimeLimit how long a run may take
   * @return the changed options
   */
  public BpfLoadOptions withTimeLimit(Duration newTimeLimit) {
    return new BpfLoadOptions(name, engine, checks, byteOrder, traceable, newTimeLimit, stepLimit);
  }

  /**
   * The same options with another limit of steps.
   *
   * @param newStepLimit how many steps a run may take
   * @return the changed options
   */
  public BpfLoadOptions withStepLimit(long newStepLimit) {
    return new BpfLoadOptions(name, engine, checks, byteOrder, traceable, timeLimit, newStepLimit);
  }
}
