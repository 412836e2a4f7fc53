package org.jitalloc.bpf;

import java.nio.ByteOrder;
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
 */
public record BpfLoadOptions(
    String name, Engine engine, MemoryChecks checks, ByteOrder byteOrder, boolean traceable) {

  /** Compiled where possible, checked, little-endian, not traceable, without a name of its own. */
  public static final BpfLoadOptions DEFAULTS =
      new BpfLoadOptions(
          "program", Engine.AUTO, MemoryChecks.CHECKED, ByteOrder.LITTLE_ENDIAN, false);

  /** Makes the options. */
  public BpfLoadOptions {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(engine, "engine");
    Objects.requireNonNull(checks, "checks");
    Objects.requireNonNull(byteOrder, "byteOrder");
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
    return new BpfLoadOptions(newName, engine, checks, byteOrder, traceable);
  }

  /**
   * The same options with another engine.
   *
   * @param newEngine what runs the program
   * @return the changed options
   */
  public BpfLoadOptions withEngine(Engine newEngine) {
    return new BpfLoadOptions(name, newEngine, checks, byteOrder, traceable);
  }

  /**
   * The same options with other checks.
   *
   * @param newChecks whether accesses to memory are checked
   * @return the changed options
   */
  public BpfLoadOptions withChecks(MemoryChecks newChecks) {
    return new BpfLoadOptions(name, engine, newChecks, byteOrder, traceable);
  }

  /**
   * The same options with another byte order.
   *
   * @param newByteOrder the byte order of the program
   * @return the changed options
   */
  public BpfLoadOptions withByteOrder(ByteOrder newByteOrder) {
    return new BpfLoadOptions(name, engine, checks, newByteOrder, traceable);
  }

  /**
   * The same options, with or without a call site.
   *
   * @param newTraceable whether tracers find the program
   * @return the changed options
   */
  public BpfLoadOptions withTraceable(boolean newTraceable) {
    return new BpfLoadOptions(name, engine, checks, byteOrder, newTraceable);
  }
}
