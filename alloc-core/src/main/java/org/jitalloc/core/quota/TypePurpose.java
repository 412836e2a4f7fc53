package org.jitalloc.core.quota;

import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;

/** Numbers the pairs of a memory type and a purpose, for tables. A number fits in a byte. */
public final class TypePurpose {

  private static final int PURPOSES = Purpose.values().length;

  /** The number of pairs. */
  public static final int COUNT = ModMemType.values().length * PURPOSES;

  private static final ModMemType[] TYPES = new ModMemType[COUNT];
  private static final Purpose[] PURPOSE_VALUES = new Purpose[COUNT];

  static {
    for (ModMemType type : ModMemType.values()) {
      for (Purpose purpose : Purpose.values()) {
        TYPES[index(type, purpose)] = type;
        PURPOSE_VALUES[index(type, purpose)] = purpose;
      }
    }
  }

  private TypePurpose() {}

  /** {@return the number of a pair, from 0 to {@link #COUNT}, exclusive} */
  public static int index(ModMemType type, Purpose purpose) {
    return type.ordinal() * PURPOSES + purpose.ordinal();
  }

  /** {@return the type of the pair with a number} */
  public static ModMemType type(int index) {
    return TYPES[index];
  }

  /** {@return the purpose of the pair with a number} */
  public static Purpose purpose(int index) {
    return PURPOSE_VALUES[index];
  }
}
