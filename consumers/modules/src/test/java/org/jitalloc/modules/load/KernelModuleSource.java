package org.jitalloc.modules.load;

import org.jitalloc.modules.load.Workshop.Machine;

/** Writes kernel modules in assembly, part by part. */
final class KernelModuleSource {
  private final Machine machine;
  private final StringBuilder text = new StringBuilder();
  private int labels;

  KernelModuleSource(Machine machine, String... info) {
    this.machine = machine;
    text.append(".section .gnu.linkonce.this_module,\"aw\"\n.quad 0\n.section .modinfo,\"a\"\n");
    for (String entry : info) {
      text.append(".asciz \"%s\"\n".formatted(entry));
    }
  }

  /** Defines and exports a word; a checksum of 0 is none. */
  KernelModuleSource export(String symbol, boolean gplOnly, String namespace, int crc) {
    String entry = machine.export(symbol);
    String table = machine == Machine.S390X ? entry : entry.replace(".balign 8", ".balign 4");
    labels++;
    table =
        table
            .replace(".Lname", ".Lname" + labels)
            .replace(".Lnamespace", ".Lspace" + labels)
            .replace(".Lname" + labels + "space", ".Lspace" + labels)
            .replace(".asciz \"\"", ".asciz \"%s\"".formatted(namespace));
    if (namespace.isEmpty()) {
      table = table.replaceFirst("\\.(long|quad) \\.Lspace\\d+(-\\.)?", ".$1 0");
    }
    if (gplOnly) {
      table = table.replace("__ksymtab,", "__ksymtab_gpl,");
    }
    text.append(".data\n.globl %s\n%s: .quad 7\n%s".formatted(symbol, symbol, table));
    if (crc != 0) {
      text.append(".section __kcrctab%s,\"a\"\n.long 0x%x\n".formatted(gplOnly ? "_gpl" : "", crc));
    }
    return this;
  }

  KernelModuleSource use(String symbol) {
    text.append(".data\n.balign 8\n%s\n".formatted(machine.address(symbol)));
    return this;
  }

  /** Makes the table of versions, if it was not there, and adds to it. */
  KernelModuleSource expect(String symbol, int crc) {
    text.append(
        """
        .section __versions,"a"
        .quad 0x%x
        .ascii "%s"
        .zero %d
        """
            .formatted(crc, symbol, 56 - symbol.length()));
    return this;
  }

  KernelModuleSource add(String more) {
    text.append(more);
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
