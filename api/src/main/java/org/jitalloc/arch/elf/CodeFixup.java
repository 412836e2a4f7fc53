package org.jitalloc.arch.elf;

/**
 * A location in the code of a module that a table of the module lists, because its instructions
 * depend on the processor.
 *
 * @param kind the kind of code
 * @param address its address
 * @param bytes its length in bytes
 * @param feature the processor feature that it depends on, by the numbers of the kernel of the
 *     architecture; {@link #NO_FEATURE} if it depends on none
 * @param inverted whether the feature has to be absent
 * @param other of an alternative: the address of the replacement; of a callback: that of the
 *     function; of a static call: that of its key; of a branch through a thunk: the number of the
 *     register with the target; of a paravirtual call: the number of the operation if the table has
 *     it; else 0
 * @param otherBytes of an alternative: the length of the replacement in bytes; else 0
 */
public record CodeFixup(
    Kind kind, long address, int bytes, int feature, boolean inverted, long other, int otherBytes) {

  /** Stands for no feature. */
  public static final int NO_FEATURE = -1;

  /** The kinds of code. */
  public enum Kind {
    /** Instructions with a replacement for processors with or without a feature. */
    ALTERNATIVE,
    /** Instructions that a function of the kernel writes; it is not run here. */
    CALLBACK,
    /** Instructions that a function of the kernel replaces by no-operations. */
    NOPS,
    /** An indirect jump or call through a thunk. */
    INDIRECT_BRANCH,
    /** A return through a thunk. */
    RETURN,
    /** A call whose target belongs to a static call key. */
    STATIC_CALL,
    /** As {@link #STATIC_CALL}, but a jump. */
    STATIC_TAIL_CALL,
    /** A lock prefix, which a system with one processor does not need. */
    LOCK,
    /** A call through a table of operations that the kernel fills for its hypervisor. */
    PARAVIRTUAL
  }
}
