package org.jitalloc.support.elf;

/**
 * An entry of the dynamic symbol table of a shared object or executable.
 *
 * @param name its name, without a version
 * @param isDefined whether the file defines it; else it is looked up in other objects
 * @param value its address relative to the base of the file, if it is defined
 * @param bytes its size in bytes, 0 if that is not known
 * @param type STT_…
 * @param binding STB_…
 */
public record DynamicSymbol(
    String name, boolean isDefined, long value, long bytes, int type, int binding) {
  private static final int STB_WEAK = 2;
  private static final int STT_OBJECT = 1;
  private static final int STT_FUNC = 2;
  private static final int STT_TLS = 6;
  private static final int STT_GNU_IFUNC = 10;

  /** {@return a line: address, size, kind and name} */
  @Override
  public String toString() {
    String address = isDefined ? "%016x".formatted(value) : " ".repeat(16);
    return "%s %8d %-9s %s%s"
        .formatted(address, bytes, kind(), name, binding == STB_WEAK ? " (weak)" : "");
  }

  private String kind() {
    if (!isDefined) {
      return "undefined";
    }
    return switch (type) {
      case STT_OBJECT -> "object";
      case STT_FUNC -> "function";
      case STT_TLS -> "tls";
      case STT_GNU_IFUNC -> "ifunc";
      default -> "type " + type;
    };
  }
}
