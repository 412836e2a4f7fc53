package org.jitalloc.arch.s390.asm;

/**
 * The conditions of branches, as masks of condition codes: 8 for code 0 (equal, zero), 4 for 1
 * (low), 2 for 2 (high), 1 for 3. The comparison determines whether it is signed.
 */
public enum Cond {
  NEVER(0),
  HIGH(2),
  LOW(4),
  NOT_EQUAL(7),
  EQUAL(8),
  NOT_LOW(10),
  NOT_HIGH(12),
  ALWAYS(15);

  private final int mask;

  Cond(int mask) {
    this.mask = mask;
  }

  /** {@return the inverse condition after a comparison} */
  public Cond negated() {
    return switch (this) {
      case NEVER -> ALWAYS;
      case HIGH -> NOT_HIGH;
      case LOW -> NOT_LOW;
      case NOT_EQUAL -> EQUAL;
      case EQUAL -> NOT_EQUAL;
      case NOT_LOW -> LOW;
      case NOT_HIGH -> HIGH;
      case ALWAYS -> NEVER;
    };
  }

  /** {@return the mask in the instruction} */
  public int mask() {
    return mask;
  }
}
