package org.jitalloc.support.elf;

/** What an ELF file is: its type, and for some types how it is used. */
public enum ElfKind {
  /** Code and data that are not linked (ET_REL), such as {@code .o} and {@code .ko} files. */
  RELOCATABLE("relocatable object"),
  /** A program with fixed addresses (ET_EXEC). */
  EXECUTABLE("executable"),
  /** A program that runs at any address (ET_DYN with DF_1_PIE). */
  PIE("position-independent executable"),
  /** A library (ET_DYN). */
  SHARED_OBJECT("shared object"),
  /** A Linux kernel that exports symbols to modules, such as {@code vmlinux}. */
  KERNEL("Linux kernel"),
  /** The memory of a process that ended (ET_CORE). */
  CORE_DUMP("core dump"),
  /** A type that is not defined by the gABI. */
  OTHER("ELF file of another type");

  private final String title;

  ElfKind(String title) {
    this.title = title;
  }

  /** {@return the kind in words} */
  public String title() {
    return title;
  }
}
