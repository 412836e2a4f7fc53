package org.jitalloc.core.policy;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jitalloc.ModMemType;

/**
 * The requests that a rule allows.
 *
 * @param allow false if the rule denies every request
 * @param types the memory types that the rule allows
 * @param memoryModes the memory modes of the host that the rule allows; empty allows all modes.
 *     They do not apply to images
 * @param unchecked whether the rule allows code whose memory accesses are not checked
 */
public record Constraints(
    boolean allow, Set<ModMemType> types, Set<String> memoryModes, boolean unchecked) {

  /** Allows every request. */
  public static final Constraints NONE = parse(true, List.of(), List.of(), List.of(), true);

  /** Creates constraints from copies of the sets. */
  public Constraints {
    types = Set.copyOf(types);
    memoryModes = Set.copyOf(memoryModes);
  }

  /**
   * Parses constraints. An empty list allows all its values.
   *
   * @param allow false if every request is denied
   * @param types names of memory types, in any case
   * @param memoryModes names of memory modes of the host, in any case
   * @param knownModes the names of all memory modes of the host
   * @param unchecked whether code is allowed whose memory accesses are not checked
   * @return the constraints
   * @throws IllegalArgumentException if a type or a mode is unknown
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
   * Tells whether a memory mode of the host is allowed.
   *
   * @param mode the name of the mode
   * @return whether it is allowed
   */
  public boolean allowsMode(String mode) {
    return memoryModes.isEmpty() || memoryModes.contains(mode);
  }
}
