package org.jitalloc.arch.elf;

/**
 * Where the code of an object is going to run, which determines the distance of the functions that
 * it calls.
 */
public enum ObjectUse {
  /** In a kernel: the functions are at the addresses of the kernel. */
  KERNEL_MODULE,
  /** In a process: the functions may have any address. */
  PROCESS_OBJECT
}
