package org.jitalloc.arch.elf;

/**
 * A place in a module's code that a table of the module lists because it is made in different ways
 * for different processors.
 *
 * @param kind what is there
 * @param address where it is
 * @param bytes how long it is
 * @param feature the number of the processor's feature that it depends on, as the kernel of that
 *     architecture numbers them; {@link #NO_FEATURE} if the kind says it all
 * @param inverted whether the feature has to be absent
 * @param other of an alternative: the address of the bytes that are to replace it; of a callback:
 *     that of the function; of a static call: that of its key; of a branch through a thunk: the
 *     number of the register that holds where it goes; of a paravirtual call: the number of the
 *     operation where the table tells it; else 0
 * @param otherBytes of an alternative: how many bytes are to replace it; else 0
 */
public record CodeFixup(
    Kind kind, long address, int bytes, int feature, boolean inverted, long other, int otherBytes) {

  /** Stands for no feature. */
  public static final int NO_FEATURE = -1;

  /** What is listed. */
  public enum Kind {
    /** Instructions, and others for processors with or without a feature. */
    ALTERNATIVE,
    /** Instructions that a function of the kernel makes, which is not run here. */
    CALLBACK,
    /** Instructions that a function of the kernel replaces by ones that do nothing. */
    NOPS,
    /** An indirect jump or call through a thunk. */
    INDIRECT_BRANCH,
    /** A return through a thunk. */
    RETURN,
    /** A call whose target is kept under a key. */
    STATIC_CALL,
    /** As {@link #STATIC_CALL}, but a jump. */
    STATIC_TAIL_CALL,
    /** A lock prefix, which one processor alone does without. */
    LOCK,
    /** A call by a table of operations that the kernel fills for the hypervisor that it runs on. */
    PARAVIRTUAL
  }
}
