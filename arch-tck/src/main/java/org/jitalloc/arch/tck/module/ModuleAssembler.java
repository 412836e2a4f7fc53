package org.jitalloc.arch.tck.module;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jitalloc.arch.tck.tool.ToolCommand;

/** The GNU assembler of an architecture, and the directives that modules for it need. */
public enum ModuleAssembler {
  /** x86-64. */
  AMD64("amd64", "", "nop", ".long %s-."),
  /** AArch64. */
  ARM64("arm64", "aarch64-linux-gnu-", "nop", ".long %s-."),
  /** z/Architecture. */
  S390X("s390x", "s390x-linux-gnu-", "nopr", ".quad %s");

  private final String arch;
  private final String prefix;
  private final String nop;
  private final String pointer;

  ModuleAssembler(String arch, String prefix, String nop, String pointer) {
    this.arch = arch;
    this.prefix = prefix;
    this.nop = nop;
    this.pointer = pointer;
  }

  /** {@return the name of the architecture of targets} */
  public String arch() {
    return arch;
  }

  /** {@return the prefix of the names of its GNU tools} */
  public String prefix() {
    return prefix;
  }

  /** {@return the mnemonic of its shortest instruction without effect} */
  public String nop() {
    return nop;
  }

  /**
   * Returns the table entry of the kernel's EXPORT_SYMBOL.
   *
   * @param symbol the exported symbol
   * @return directives; the addresses are relative if those of the kernel of the architecture are
   */
  public String export(String symbol) {
    return """
    .section __ksymtab,"%s"
    .balign 8
    %s
    %s
    %s
    .section __ksymtab_strings,"aMS",%%progbits,1
    .Lname: .asciz "%s"
    .Lnamespace: .asciz ""
    """
        .formatted(
            this == S390X ? "aw" : "a",
            pointer.formatted(symbol),
            pointer.formatted(".Lname"),
            pointer.formatted(".Lnamespace"),
            symbol);
  }

  /**
   * Returns the directive for a word of 64 bits.
   *
   * @param value its value, such as a symbol
   * @return the directive
   */
  public String address(String value) {
    return (this == ARM64 ? ".xword " : ".quad ") + value;
  }

  /**
   * Assembles a module. A symbol is added, because the assembler writes no symbol table without
   * one. Skips the test if the assembler is not installed.
   *
   * @param folder the folder of the source and the object
   * @param name the name of the module
   * @param source its assembly
   * @return the object, {@code name.ko}
   * @throws IOException if the source cannot be written
   */
  public Path assemble(Path folder, String name, String source) throws IOException {
    ToolCommand.need(prefix + "as");
    String symbol = "\n.globl some\n.set some, 1\n";
    Path text = Files.writeString(folder.resolve(name + ".s"), source + symbol);
    Path object = folder.resolve(name + ".ko");
    ToolCommand.must(List.of(prefix + "as", "-o", object.toString(), text.toString()));
    return object;
  }
}
