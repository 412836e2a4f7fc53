package org.jitalloc.arch.s390.bpf;

import java.util.Set;

/**
 * Which of the optional instructions a machine has; their numbers are those of STORE FACILITY LIST.
 *
 * @param general the general-instructions extension (z10): comparisons with their branches, RISBG,
 *     multiplication by long constants
 * @param interlocked interlocked-access facility 1 (z196), one of those that number 45 stands for:
 *     atomic operations in one instruction
 */
record Facilities(boolean general, boolean interlocked) {

  static Facilities of(Set<String> cpuFeatures) {
    return new Facilities(cpuFeatures.contains("facility-34"), cpuFeatures.contains("facility-45"));
  }
}
