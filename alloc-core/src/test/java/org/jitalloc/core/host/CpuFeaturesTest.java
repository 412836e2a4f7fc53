package org.jitalloc.core.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Set;
import org.junit.jupiter.api.Test;

class CpuFeaturesTest {

  private static Set<String> parse(String cpuinfo) {
    return CpuFeatures.parse(cpuinfo.lines().toList());
  }

  @Test
  void x86_givesTheFlagsOfAllProcessors() {
    String cpuinfo =
        """
        processor\t: 0
        model name\t: Some CPU
        flags\t\t: fpu bmi1 bmi2 avx512f
        bugs\t\t: spectre_v1

        processor\t: 1
        flags\t\t: fpu bmi1 bmi2
        """;
    assertEquals(Set.of("fpu", "bmi1", "bmi2"), parse(cpuinfo));
  }

  @Test
  void arm64_givesTheFeaturesOfAllProcessors() {
    assertEquals(
        Set.of("fp", "atomics"),
        parse("Features\t: fp atomics sve\n\nprocessor : 1\nFeatures\t: atomics fp\n"));
  }

  @Test
  void s390x_givesNamesAndFacilityNumbers() {
    String cpuinfo =
        """
        vendor_id       : IBM/S390
        max thread id   : 0
        features\t: esan3 zarch stfle vx
        facilities      : 0 1 34 45 138
        processor 0: version = 00,  identification = 000000,  machine = 8561
        """;
    assertEquals(
        Set.of(
            "esan3",
            "zarch",
            "stfle",
            "vx",
            "facility-0",
            "facility-1",
            "facility-34",
            "facility-45",
            "facility-138"),
        parse(cpuinfo));
  }

  @Test
  void noFeatures_givesAnEmptySet() {
    assertEquals(Set.of(), parse(""));
    assertEquals(Set.of(), parse("flags :\n"));
  }

  @Test
  void thisMachine_hasFeatures() {
    assertFalse(CpuFeatures.ofThisMachine().isEmpty());
  }
}
