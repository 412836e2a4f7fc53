package org.jitalloc.arch.elf;

/**
 * Thrown if a relocation cannot be applied. It has indexes; the loader adds the names of sections
 * and symbols.
 */
public final class RelocationException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The kinds of problem. */
  public enum Problem {
    /** The codec does not support the relocation type. */
    UNSUPPORTED_TYPE,
    /** The field is not inside its section. */
    OUTSIDE_SECTION,
    /** The symbol does not exist. */
    NO_SUCH_SYMBOL,
    /** The symbol has no address: its section is not loaded. */
    NO_ADDRESS,
    /** The value does not fit the field; the message has both. */
    OUT_OF_RANGE,
    /** The value has bits that the field cannot hold; the message has both. */
    MISALIGNED,
    /** The field is not zero before it is relocated. */
    NOT_EMPTY,
    /** More slots are needed than were planned. */
    NO_SLOT
  }

  private final Problem problem;
  private final String type;
  private final int section;
  private final long offset;
  private final long place;
  private final int symbol;
  private final long addend;
  private final String detail;

  /**
   * Creates the exception.
   *
   * @param problem the kind of problem
   * @param type the name of the relocation type, or its number if it has no name
   * @param section the index of the section that is relocated
   * @param offset the offset of the field in the section, in bytes
   * @param place the address of the field; 0 if it has none yet
   * @param symbol the index of the symbol
   * @param addend the addend
   * @param detail the values
   */
  public RelocationException(
      Problem problem,
      String type,
      int section,
      long offset,
      long place,
      int symbol,
      long addend,
      String detail) {
    super(
        "%s: %s at section %d + 0x%x (0x%x), symbol %d %+d: %s"
            .formatted(problem, type, section, offset, place, symbol, addend, detail));
    this.problem = problem;
    this.type = type;
    this.section = section;
    this.offset = offset;
    this.place = place;
    this.symbol = symbol;
    this.addend = addend;
    this.detail = detail;
  }

  /** {@return the kind of problem} */
  public Problem problem() {
    return problem;
  }

  /** {@return the name of the relocation type, or its number if it has no name} */
  public String type() {
    return type;
  }

  /** {@return the index of the section that is relocated} */
  public int section() {
    return section;
  }

  /** {@return the offset of the field in the section, in bytes} */
  public long offset() {
    return offset;
  }

  /** {@return the address of the field; 0 if it has none yet} */
  public long place() {
    return place;
  }

  /** {@return the index of the symbol} */
  public int symbol() {
    return symbol;
  }

  /** {@return the addend} */
  public long addend() {
    return addend;
  }

  /** {@return the values, for people} */
  public String detail() {
    return detail;
  }
}
