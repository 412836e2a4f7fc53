package org.jitalloc.arch.tck.module;

/** Writes the assembly of a kernel module, part by part. For one thread. */
public final class KernelModuleSource {
  private static final int VERSION_NAME_BYTES = 56;

  private final ModuleAssembler assembler;
  private final StringBuilder text = new StringBuilder();
  private int labels;

  /**
   * Begins a kernel module.
   *
   * @param assembler assembles it
   * @param info entries of {@code .modinfo}, such as {@code license=GPL}
   */
  public KernelModuleSource(ModuleAssembler assembler, String... info) {
    this.assembler = assembler;
    text.append(".section .gnu.linkonce.this_module,\"aw\"\n.quad 0\n.section .modinfo,\"a\"\n");
    for (String entry : info) {
      text.append(".asciz \"%s\"\n".formatted(entry));
    }
  }

  /**
   * Writes the sections of a proprietary kernel module with an init function and the parameters
   * {@code depth} (int, -7), {@code label} (charp, "a word") and {@code secret} (not listed).
   *
   * @param assembler assembles it
   * @return the assembly
   */
  public static String withParameters(ModuleAssembler assembler) {
    return """
    .section .gnu.linkonce.this_module,"aw"
    .balign 64
    POINTER(init_module)
    .section .modinfo,"a"
    .asciz "license=Proprietary"
    .asciz "version=1.2"
    .asciz "parmtype=depth:int"
    .asciz "parmtype=label:charp"
    .asciz "parmtype=secret:uint"
    .section __param,"a"
    .balign 8
    POINTER(.Ldepth)
    .quad 0
        POINTER(param_ops_int)
    PERM(0444)
    POINTER(depth)
    POINTER(.Llabel)
    .quad 0
        POINTER(param_ops_charp)
    PERM(0644)
    POINTER(label)
    POINTER(.Lsecret)
    .quad 0
        POINTER(param_ops_uint)
    PERM(0)
    POINTER(depth)
    .section .rodata,"a"
    .Ldepth: .asciz "depth"
    .Llabel: .asciz "label"
    .Lsecret: .asciz "secret"
    .Ltext: .asciz "a word"
    .data
    .balign 8
    depth: .long -7, 0
    label: POINTER(.Ltext)
    .text
    .globl init_module
    init_module: NOP
    """
        .replaceAll("PERM\\((\\d+)\\)", ".short $1\n.byte 0, 0\n.long 0")
        .replaceAll("POINTER\\(([^)]+)\\)", assembler.address("$1"))
        .replace("NOP", assembler.nop());
  }

  /**
   * Defines and exports a word.
   *
   * @param symbol its name
   * @param gplOnly whether only modules of compatible licences may use it
   * @param namespace its namespace; empty for none
   * @param crc its checksum; 0 for none
   * @return this
   */
  public KernelModuleSource export(String symbol, boolean gplOnly, String namespace, int crc) {
    String entry = assembler.export(symbol);
    String table =
        assembler == ModuleAssembler.S390X ? entry : entry.replace(".balign 8", ".balign 4");
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

  /**
   * Adds a word with the address of a symbol.
   *
   * @param symbol its name
   * @return this
   */
  public KernelModuleSource use(String symbol) {
    text.append(".data\n.balign 8\n%s\n".formatted(assembler.address(symbol)));
    return this;
  }

  /**
   * Adds an entry to the table of versions.
   *
   * @param symbol the symbol that the module imports
   * @param crc the checksum that it was compiled with
   * @return this
   */
  public KernelModuleSource expect(String symbol, int crc) {
    text.append(
        """
        .section __versions,"a"
        .quad 0x%x
        .ascii "%s"
        .zero %d
        """
            .formatted(crc, symbol, VERSION_NAME_BYTES - symbol.length()));
    return this;
  }

  /**
   * Adds assembly.
   *
   * @param more the text, with the newline at its end
   * @return this
   */
  public KernelModuleSource add(String more) {
    text.append(more);
    return this;
  }

  /** {@return the assembly} */
  @Override
  public String toString() {
    return text.toString();
  }
}
