package org.jitalloc.arch.s390.asm;

/**
 * What a branch depends on, as the mask of condition codes in its instruction: 8 for code 0 (equal,
 * zero), 4 for 1 (low), 2 for 2 (high), 1 for 3. Whether a comparison was signed says the
 * comparison.
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

  /** {@return what holds after a comparison exactly where this does not} */
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

  /** {@return the four bits in the instruction} */
  public int mask() {
    return mask;
  }
}
