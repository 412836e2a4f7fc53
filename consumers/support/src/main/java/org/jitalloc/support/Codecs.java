package org.jitalloc.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What architectures know of one thing, by their names. Of several that one architecture has, the
 * first counts, and the next when that is gone. Guarded by who has it.
 *
 * @param <C> the service that an architecture gives
 */
public final class Codecs<C> {
  private final Function<C, String> archOf;
  private final Map<String, List<C>> codecs = new HashMap<>();

  /**
   * Makes an empty set.
   *
   * @param archOf the name of the architecture that one is of
   */
  public Codecs(Function<C, String> archOf) {
    this.archOf = archOf;
  }

  /**
   * Adds one.
   *
   * @param codec it
   */
  public void add(C codec) {
    codecs.computeIfAbsent(archOf.apply(codec), _ -> new ArrayList<>()).add(codec);
  }

  /**
   * Removes one.
   *
   * @param codec it; one that is not there is none that counted
   * @return whether it was the one that counted
   */
  public boolean remove(C codec) {
    List<C> all = codecs.getOrDefault(archOf.apply(codec), List.of());
    int index = all.indexOf(codec);
    if (index >= 0) {
      all.remove(index);
    }
    return index == 0;
  }

  /**
   * Finds the one that counts.
   *
   * @param arch the name of an architecture
   * @return what it has, or null
   */
  public @Nullable C get(String arch) {
    List<C> all = codecs.getOrDefault(arch, List.of());
    return all.isEmpty() ? null : all.getFirst();
  }
}
