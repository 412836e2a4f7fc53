package org.jitalloc.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What architectures know of one thing, by their names. Of several that one architecture has, the
 * first counts, and the next when that is gone. For any thread.
 *
 * @param <C> the service that an architecture gives
 */
public final class Codecs<C> {
  private final Function<C, String> archOf;

  /** Lists that never change. */
  private final Map<String, List<C>> codecs = new ConcurrentHashMap<>();

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
    codecs.merge(archOf.apply(codec), List.of(codec), Codecs::joined);
  }

  private static <C> List<C> joined(List<C> all, List<C> more) {
    List<C> joined = new ArrayList<>(all);
    joined.addAll(more);
    return List.copyOf(joined);
  }

  /**
   * Removes one.
   *
   * @param codec it; one that is not there is none that counted
   * @return whether it was the one that counted
   */
  public boolean remove(C codec) {
    var counted = new AtomicBoolean();
    codecs.computeIfPresent(
        archOf.apply(codec),
        (_, all) -> {
          counted.set(all.indexOf(codec) == 0);
          List<C> left = new ArrayList<>(all);
          left.remove(codec);
          return left.isEmpty() ? null : List.copyOf(left);
        });
    return counted.get();
  }

  /**
   * Finds the one that counts.
   *
   * @param arch the name of an architecture
   * @return what it has, or null
   */
  public @Nullable C get(String arch) {
    List<C> all = codecs.get(arch);
    return all == null ? null : all.getFirst();
  }
}
