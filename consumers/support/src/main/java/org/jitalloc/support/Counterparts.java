package org.jitalloc.support;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jitalloc.Target;
import org.jspecify.annotations.Nullable;

/**
 * Tells what serves a target of another consumer's service for it, whoever came first. For any
 * thread, without a lock, as one who is told may ask the other.
 *
 * @param <S> what serves here
 * @param <C> the service of the other consumer
 */
public final class Counterparts<S, C> {
  private final BiConsumer<S, @Nullable C> told;

  /** By the names of their targets, as the following. */
  private final Map<String, S> served = new ConcurrentHashMap<>();

  private final Map<String, C> others = new ConcurrentHashMap<>();

  /**
   * Makes it, with neither.
   *
   * @param told how one is told who its counterpart is now, or that there is none
   */
  public Counterparts(BiConsumer<S, @Nullable C> told) {
    this.told = told;
  }

  /**
   * A target is served here from now on.
   *
   * @param target its name
   * @param service what serves it
   */
  public void begin(String target, S service) {
    served.put(target, service);
    tell(target);
  }

  /**
   * What served a target is told nothing more.
   *
   * @param service what it was
   */
  public void end(S service) {
    served.values().remove(service);
  }

  /**
   * The other consumer's service is there.
   *
   * @param other it
   * @param properties its properties
   */
  public void add(C other, Map<String, ?> properties) {
    others.put(target(properties), other);
    tell(target(properties));
  }

  /**
   * The other consumer's service is going.
   *
   * @param other it; nothing is told of one in whose place another has come
   * @param properties its properties
   */
  public void remove(C other, Map<String, ?> properties) {
    if (others.remove(target(properties), other)) {
      tell(target(properties));
    }
  }

  private static String target(Map<String, ?> properties) {
    return String.valueOf(properties.get(Target.TARGET_PROPERTY));
  }

  /** Who tells last has looked again, so that nothing out of date is the last that is told. */
  private void tell(String target) {
    S service = served.get(target);
    if (service == null) {
      return;
    }
    @Nullable C other;
    do {
      other = others.get(target);
      told.accept(service, other);
    } while (!Objects.equals(other, others.get(target)));
  }
}
