package org.jitalloc.bpf;

import java.util.Objects;

/**
 * How a program is to be loaded. Start from {@link #DEFAULTS}.
 *
 * @param name what people call it; need not be unique
 * @param engine what runs it
 * @param checks whether its accesses to memory are checked
 */
public record BpfLoadOptions(String name, Engine engine, MemoryChecks checks) {

  /** Compiled where possible, checked, without a name of its own. */
  public static final BpfLoadOptions DEFAULTS =
      new BpfLoadOptions("program", Engine.AUTO, MemoryChecks.CHECKED);

  /** Makes the options. */
  public BpfLoadOptions {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(engine, "engine");
    Objects.requireNonNull(checks, "checks");
  }

  /** What runs a program. */
  public enum Engine {
    /** Machine code if there is a code generator for this machine, else the interpreter. */
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
    return new BpfLoadOptions(newName, engine, checks);
  }

  /**
   * The same options with another engine.
   *
   * @param newEngine what runs the program
   * @return the changed options
   */
  public BpfLoadOptions withEngine(Engine newEngine) {
    return new BpfLoadOptions(name, newEngine, checks);
  }

  /**
   * The same options with other checks.
   *
   * @param newChecks whether accesses to memory are checked
   * @return the changed options
   */
  public BpfLoadOptions withChecks(MemoryChecks newChecks) {
    return new BpfLoadOptions(name, engine, newChecks);
  }
}
