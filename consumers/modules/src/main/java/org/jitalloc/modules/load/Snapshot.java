package org.jitalloc.modules.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jitalloc.arch.elf.Relocator;
import org.jitalloc.modules.ModuleSection;
import org.jitalloc.modules.RelocationObserver.Content;
import org.jitalloc.modules.RelocationObserver.Relocated;
import org.jitalloc.modules.RelocationObserver.Slot;

/**
 * Copies what a module is right after relocation.
 *
 * @param staging the bytes
 * @param sections the sections that are loaded
 * @param generated those whose content the architecture makes
 */
record Snapshot(Staging staging, List<ModuleSection> sections, BitSet generated) {

  Relocated take(String name, Map<String, Long> symbols, Relocator relocator) {
    var contents = new ArrayList<Content>();
    for (ModuleSection section : sections) {
      int from = staging.offset(section.index());
      byte[] bytes =
          Arrays.copyOfRange(staging.bytes(section.index()), from, from + section.bytes());
      contents.add(new Content(section, generated.get(section.index()), bytes));
    }
    var got = new ArrayList<Slot>();
    var plt = new ArrayList<Slot>();
    relocator.forEachSlot(
        new Relocator.SlotVisitor() {
          @Override
          public void got(int symbol, long addend, long address) {
            got.add(new Slot(symbol, addend, address));
          }

          @Override
          public void plt(int symbol, long addend, long address) {
            plt.add(new Slot(symbol, addend, address));
          }
        });
    return new Relocated(name, contents, Map.copyOf(symbols), got, plt);
  }
}
