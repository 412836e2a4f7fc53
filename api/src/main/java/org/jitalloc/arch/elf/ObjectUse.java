package org.jitalloc.arch.elf;

/** Where an object is going to run, which decides how far away what it calls may be. */
public enum ObjectUse {
  /** In a kernel: what it calls is where that kernel keeps it. */
  KERNEL_MODULE,
  /** In a process: what it calls may be anywhere. */
  PROCESS_OBJECT
}
