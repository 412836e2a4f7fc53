package org.jitalloc.support;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jitalloc.Target;
import org.jspecify.annotations.Nullable;

/**
 * Connects the service of a consumer for a target with another consumer's service for the same
 * target, whichever starts first. For any thread. No lock is held while a service is notified,
 * because it may call the other one.
 *
 * @param <S> the service of this consumer
 * @param <C> the service of the other consumer
 */
public final class Counterparts<S, C> {
  private final BiConsumer<S, @Nullable C> told;

  /** By the names of their targets, as {@link #others}. */
  private final Map<String, S> served = new ConcurrentHashMap<>();

  private final Map<String, C> others = new ConcurrentHashMap<>();

  /**
   * Creates it without services.
   *
   * @param told notifies a service of its present counterpart, null if there is none
   */
  public Counterparts(BiConsumer<S, @Nullable C> told) {
    this.told = told;
  }

  /**
   * Adds a service of this consumer.
   *
   * @param target the name of its target
   * @param service the service
   */
  public void begin(String target, S service) {
    served.put(target, service);
    tell(target);
  }

  /**
   * Removes a service of this consumer: it is not notified any more.
   *
   * @param service the service
   */
  public void end(S service) {
    served.values().remove(service);
  }

  /**
   * Adds a service of the other consumer.
   *
   * @param other the service
   * @param properties its properties
   */
  public void add(C other, Map<String, ?> properties) {
    others.put(target(properties), other);
    tell(target(properties));
  }

  /**
   * Removes a service of the other consumer. If another service has replaced it, this does nothing.
   *
   * @param other the service
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

  /**
   * Reads the counterpart again after the notification, so that the last notification is current.
   */
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
