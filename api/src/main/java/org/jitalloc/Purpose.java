package org.jitalloc;

/**
 * Who memory is for, where that may decide its place: the kernel's {@code enum execmem_type}
 * (include/linux/execmem.h) without the architectures' share of it. A caller says what it makes;
 * the target's architecture says where that may live.
 */
public enum Purpose {
  /**
   * Kernel modules and object files; also the strictest placement, for callers that fit nowhere
   * else.
   */
  MODULES,
  /** Programs made by the BPF code generators. */
  BPF,
  /** Trampolines of the function tracer. */
  FTRACE,
  /** Out-of-line slots and detours of kprobes. */
  KPROBES
}
