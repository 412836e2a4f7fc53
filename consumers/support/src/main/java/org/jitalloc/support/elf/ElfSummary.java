package org.jitalloc.support.elf;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * What an ELF file of any type tells about itself. The names of fields are those of the gABI.
 *
 * @param kind what the file is
 * @param bits 32 or 64, by its class
 * @param byteOrder its byte order
 * @param type e_type
 * @param machine e_machine
 * @param entry e_entry, an address; 0 if the file has no entry point
 * @param interpreter the dynamic linker that it asks for (PT_INTERP)
 * @param soname its name as a shared object (DT_SONAME)
 * @param runPath where its libraries are looked up (DT_RUNPATH)
 * @param needed the libraries that it needs (DT_NEEDED), in the order of the file
 * @param buildId the build ID of the linker (NT_GNU_BUILD_ID), as hexadecimal digits
 * @param sections the number of section headers, with the null section
 * @param symbols the number of entries of the symbol table (SHT_SYMTAB), 0 if it was stripped
 * @param dynamicSymbols the entries of the dynamic symbol table that have a name
 */
public record ElfSummary(
    ElfKind kind,
    int bits,
    ByteOrder byteOrder,
    int type,
    int machine,
    long entry,
    Optional<String> interpreter,
    Optional<String> soname,
    Optional<String> runPath,
    List<String> needed,
    Optional<String> buildId,
    int sections,
    int symbols,
    List<DynamicSymbol> dynamicSymbols) {

  /** Copies the lists. */
  public ElfSummary {
    needed = List.copyOf(needed);
    dynamicSymbols = List.copyOf(dynamicSymbols);
  }

  /** {@return the kind, the name and the machine of the file, in a line} */
  public String describe() {
    return "%s%s, %d-bit %s"
        .formatted(
            kind.title(), soname.map(" "::concat).orElse(""), bits, ElfMachines.name(machine));
  }

  /** {@return the number of dynamic symbols that the file defines} */
  public long definedCount() {
    return dynamicSymbols.stream().filter(DynamicSymbol::isDefined).count();
  }

  /** {@return a line for each property, in the form of modinfo} */
  public String text() {
    var text = new StringBuilder();
    line(text, "type", "%s (e_type %d)".formatted(kind.title(), type));
    line(
        text,
        "machine",
        "%s (e_machine %d), %d-bit, %s-endian"
            .formatted(
                ElfMachines.name(machine),
                machine,
                bits,
                byteOrder == ByteOrder.LITTLE_ENDIAN ? "little" : "big"));
    if (entry != 0) {
      line(text, "entry", "0x%x".formatted(entry));
    }
    interpreter.ifPresent(path -> line(text, "interpreter", path));
    soname.ifPresent(name -> line(text, "soname", name));
    runPath.ifPresent(path -> line(text, "runpath", path));
    needed.forEach(name -> line(text, "needed", name));
    buildId.ifPresent(id -> line(text, "build id", id));
    line(text, "sections", "%,d".formatted(sections));
    line(text, "symtab", "%,d".formatted(symbols));
    line(
        text,
        "dynsym",
        "%,d defined, %,d undefined"
            .formatted(definedCount(), dynamicSymbols.size() - definedCount()));
    return text.toString();
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append("%-16s%s\n".formatted(key + ":", value));
  }
}
