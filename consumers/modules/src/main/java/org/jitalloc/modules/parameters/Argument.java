package org.jitalloc.modules.parameters;

import org.jspecify.annotations.Nullable;

/**
 * One word of a command line.
 *
 * @param name of the parameter
 * @param value what comes after {@code =}, without quotes; null if there is no {@code =}
 */
public record Argument(String name, @Nullable String value) {

  /**
   * Whether it is for a parameter. In names, {@code -} and {@code _} are the same.
   *
   * @param parameter the parameter's name
   * @return whether it is
   */
  public boolean isFor(String parameter) {
    return name.replace('-', '_').equals(parameter.replace('-', '_'));
  }
}
