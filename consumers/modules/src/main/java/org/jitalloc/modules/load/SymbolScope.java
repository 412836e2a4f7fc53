package org.jitalloc.modules.load;

import java.util.OptionalLong;

/** Knows symbols that an object does not define. */
public interface SymbolScope {

  /**
   * Finds a symbol.
   *
   * @param name its name
   * @param weak whether it need not be there
   * @return its address; 0 if it is not there and need not be
   * @throws org.jitalloc.modules.ModuleException UNKNOWN_SYMBOL if it is not there
   */
  long find(String name, boolean weak);

  /**
   * Finds a common symbol: a variable of C without a value, that any object may define.
   *
   * @param name its name
   * @return its address; empty where there are no such symbols, as in kernels
   */
  default OptionalLong common(String name) {
    return OptionalLong.empty();
  }

  /** {@return whether objects share definitions, so that {@link #weakDefinition} has a choice} */
  default boolean isShared() {
    return false;
  }

  /**
   * Chooses among definitions of a symbol that may be defined elsewhere.
   *
   * @param name its name
   * @param own where the object itself defines it
   * @return the definition that counts
   */
  default long weakDefinition(String name, long own) {
    return own;
  }

  /**
   * Gives what is called instead of a function that chooses (IFUNC).
   *
   * @param resolver its address
   * @return the address of what calls the function that it chooses
   */
  default long chosenFunction(long resolver) {
    return resolver;
  }
}
