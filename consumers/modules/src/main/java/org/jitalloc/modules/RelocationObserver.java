package org.jitalloc.modules;

import java.util.List;
import java.util.Map;

/** Is shown modules as they are right after relocation, before anything else changes them. */
@FunctionalInterface
public interface RelocationObserver {

  /**
   * Is shown a module. What it throws ends the load.
   *
   * @param module the module
   */
  void relocated(Relocated module);

  /**
   * A module right after relocation.
   *
   * @param name its name
   * @param sections its sections that are loaded, by index
   * @param symbols the addresses that its undefined symbols were given, by name
   * @param got slots that hold addresses
   * @param plt slots that go on to addresses
   */
  record Relocated(
      String name,
      List<Content> sections,
      Map<String, Long> symbols,
      List<Slot> got,
      List<Slot> plt) {}

  /**
   * What a section holds.
   *
   * @param section the section
   * @param generated whether the loader makes its content, in place of the file
   * @param bytes its bytes
   */
  record Content(ModuleSection section, boolean generated, byte[] bytes) {}

  /**
   * A slot.
   *
   * @param symbol the index of the symbol that it is for
   * @param addend what is added to the symbol's address
   * @param address where the slot is
   */
  record Slot(int symbol, long addend, long address) {}
}
