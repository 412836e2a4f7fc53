package org.jitalloc.kmod.depmod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class AliasesTest {

  @Test
  void aliases_ofAllKindsOfStarts_areFoundInOrder() {
    var aliases = new Aliases();
    aliases.add("*:x", "star");
    aliases.add("pci:a-b[a-c]*", "pci");
    aliases.add("pc*", "short");
    assertEquals(List.of("pci", "short"), List.copyOf(aliases.find("pci:a_bc")));
    assertEquals(List.of("star", "short"), List.copyOf(aliases.find("pci:x")));
    assertTrue(aliases.find("").isEmpty());
  }
}
