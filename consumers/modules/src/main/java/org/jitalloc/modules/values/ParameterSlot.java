package org.jitalloc.modules.values;

import java.util.Locale;
import org.jitalloc.modules.parameters.ParameterType;
import org.jspecify.annotations.Nullable;

/**
 * Where a parameter is and what fits in.
 *
 * @param name its name
 * @param type of its value, or of one element; null if the module handles it itself
 * @param mode permissions of its file
 * @param flags what is odd about it
 * @param isInSection whether all of it is in sections of the module; if not, it is neither read nor
 *     written
 * @param address where it is, or its first element
 * @param array how it is an array; null if it is none
 * @param textBytes how much there is for text that is stored in place, with the byte that ends it
 */
record ParameterSlot(
    String name,
    @Nullable ParameterType type,
    int mode,
    Flags flags,
    boolean isInSection,
    long address,
    @Nullable Elements array,
    int textBytes) {

  /**
   * What is odd about a parameter.
   *
   * @param isUnsafe whether setting it is a taint
   * @param isEnableOnly whether it cannot be cleared once it is set
   */
  record Flags(boolean isUnsafe, boolean isEnableOnly) {}

  /**
   * An array.
   *
   * @param most how many elements there can be
   * @param elementBytes how far they are from each other
   * @param countAddress where their number is kept, of 32 bits; 0 if it is not
   */
  record Elements(int most, int elementBytes, long countAddress) {}

  String typeName() {
    ParameterType one = type;
    if (one == null) {
      return "";
    }
    String element = one.name().toLowerCase(Locale.ROOT);
    return array == null ? element : "array of " + element;
  }
}
