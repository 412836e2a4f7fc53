package org.jitalloc.core.policy;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jitalloc.ModMemType;

/**
 * What a rule allows at all.
 *
 * @param allow whether anything is allowed
 * @param types the types of memory that are
 * @param memoryModes the ways to host memory that are; of an image they say nothing
 * @param unchecked whether code may run whose accesses to memory are not checked
 */
public record Constraints(
    boolean allow, Set<ModMemType> types, Set<String> memoryModes, boolean unchecked) {

  /** Everything. */
  public static final Constraints NONE = parse(true, List.of(), List.of(), List.of(), true);

  /** Makes terms; what is given is copied. */
  public Constraints {
    types = Set.copyOf(types);
    memoryModes = Set.copyOf(memoryModes);
  }

  /**
   * Reads terms. An empty list allows everything.
   *
   * @param allow whether anything is allowed
   * @param types names of types of memory
   * @param memoryModes names of ways to host memory
   * @param knownModes the ways there are
   * @param unchecked whether unchecked code is allowed
   * @return the terms
   * @throws IllegalArgumentException if there is no such type or way
   */
  public static Constraints parse(
      boolean allow,
      Collection<String> types,
      Collection<String> memoryModes,
      Collection<String> knownModes,
      boolean unchecked) {
    var modes = ListValue.split("memoryModes", memoryModes);
    return new Constraints(
        allow,
        ListValue.split("types", types).among(List.of(ModMemType.values())),
        modes.elements().isEmpty() ? Set.of() : modes.among(knownModes),
        unchecked);
  }

  /**
   * Says whether memory may be had in some way.
   *
   * @param mode the name of the way
   * @return whether it may
   */
  public boolean allowsMode(String mode) {
    return memoryModes.isEmpty() || memoryModes.contains(mode);
  }
}
