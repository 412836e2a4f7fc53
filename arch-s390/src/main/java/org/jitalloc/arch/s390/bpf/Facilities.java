package org.jitalloc.arch.s390.bpf;

import java.util.Set;

/**
 * The optional instructions of a machine, by the numbers of STORE FACILITY LIST.
 *
 * @param general the general-instructions extension (z10): compare-and-branch, RISBG,
 *     multiplication by long constants
 * @param interlocked interlocked-access facility 1 (z196), one of the facilities of number 45:
 *     atomic operations in one instruction
 */
record Facilities(boolean general, boolean interlocked) {

  static Facilities of(Set<String> cpuFeatures) {
    return new Facilities(cpuFeatures.contains("facility-34"), cpuFeatures.contains("facility-45"));
  }
}
