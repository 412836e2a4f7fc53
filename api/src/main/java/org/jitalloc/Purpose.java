package org.jitalloc;

/**
 * The kind of consumer that memory is for. The architecture of the target chooses the address range
 * by it. These are the values of the kernel's {@code enum execmem_type} (include/linux/execmem.h)
 * that do not belong to an architecture.
 */
public enum Purpose {
  /**
   * Kernel modules and object files, and consumers that no other value describes. It has the
   * strictest placement.
   */
  MODULES,
  /** Programs compiled from BPF. */
  BPF,
  /** Trampolines of the function tracer. */
  FTRACE,
  /** Out-of-line slots and detours of kprobes. */
  KPROBES
}
