package org.jitalloc.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The codecs of one kind by architecture. If an architecture has several, the first that was added
 * is used, and the next after its removal. For any thread.
 *
 * @param <C> the service of an architecture
 */
public final class Codecs<C> {
  private final Function<C, String> archOf;

  /** By architecture; the lists are immutable. */
  private final Map<String, List<C>> codecs = new ConcurrentHashMap<>();

  /**
   * Creates an empty set.
   *
   * @param archOf returns the name of the architecture of a codec
   */
  public Codecs(Function<C, String> archOf) {
    this.archOf = archOf;
  }

  /**
   * Adds a codec.
   *
   * @param codec the codec
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
   * Removes a codec.
   *
   * @param codec the codec, known or not
   * @return whether it was the one in use
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
   * Returns the codec of an architecture.
   *
   * @param arch the name of the architecture
   * @return its first codec, or null
   */
  public @Nullable C get(String arch) {
    List<C> all = codecs.get(arch);
    return all == null ? null : all.getFirst();
  }
}
