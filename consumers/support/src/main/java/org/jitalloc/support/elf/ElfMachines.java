package org.jitalloc.support.elf;

/** Names of processors, by e_machine (gABI, chapter 4, and the registry of machine numbers). */
final class ElfMachines {
  private ElfMachines() {}

  static String name(int machine) {
    return switch (machine) {
      case 2 -> "sparc";
      case 3 -> "i386";
      case 8 -> "mips";
      case 20 -> "powerpc";
      case 21 -> "powerpc64";
      case 22 -> "s390";
      case 40 -> "arm";
      case 43 -> "sparc64";
      case 62 -> "x86-64";
      case 183 -> "aarch64";
      case 243 -> "riscv";
      case 247 -> "bpf";
      case 258 -> "loongarch";
      default -> "machine " + machine;
    };
  }
}
