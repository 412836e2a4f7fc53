package org.jitalloc.support;

import java.util.Collections;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jitalloc.JitAllocException;
import org.jitalloc.Target;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * Registers an OSGi service for each target that can have one. A service is started when its target
 * and the codecs of its architecture exist; when one of them goes, the service is unregistered and
 * then stopped. Services have the properties {@code jit.target} and {@code jit.arch}.
 *
 * <p>For any thread; a service listener may call it. No lock is held while services are started,
 * stopped, registered or unregistered, and no thread waits for another one that does that. When
 * {@link #remove}, {@link #replace} and {@link #close} return, the service is stopped, and it is
 * unregistered except in one case: another thread, or an outer call of this thread, is just
 * registering or unregistering it, and a listener delays it; that call unregisters it. The next
 * service of a target starts after the last one has been stopped.
 *
 * <p>A failure for one target, of any type, does not keep the others from their change; it is
 * thrown at the end, with further ones as suppressed.
 *
 * @param <O> what identifies a target, such as its allocator
 * @param <S> the service
 */
public final class TargetServices<O, S> {
  /**
   * Starts and stops the services of one kind. Called without a lock. For one target, {@link
   * #start} is called by one thread at a time.
   *
   * @param <O> what identifies a target
   * @param <S> the service
   */
  public interface Kind<O, S> {
    /**
     * Starts the service of a target, if all that it needs exists. It is registered, or stopped,
     * after this has returned.
     *
     * @param target the target
     * @return its service, or null
     * @throws JitAllocException if the target refuses it: that is logged, and the target has no
     *     service
     */
    @Nullable S start(O target);

    /**
     * Stops a service, if it is not stopped. Two threads may call this at the same time.
     *
     * @param service the result of {@link #start}
     */
    void stop(S service);
  }

  private final BundleContext context;
  private final List<Class<? super S>> types;
  private final Function<O, Target> target;
  private final Kind<O, S> kind;

  /** In the order in which targets were added; they are removed in the same order. */
  private final Map<O, TargetService<O, S>> services =
      Collections.synchronizedMap(new LinkedHashMap<>());

  /**
   * Creates it, without targets.
   *
   * @param context the context of the bundle that registers the services
   * @param types the interfaces that they are registered with
   * @param target finds the target
   * @param kind starts and stops them
   */
  public TargetServices(
      BundleContext context,
      List<Class<? super S>> types,
      Function<O, Target> target,
      Kind<O, S> kind) {
    this.context = context;
    this.types = List.copyOf(types);
    this.target = target;
    this.kind = kind;
  }

  /**
   * Adds a target.
   *
   * @param of the target
   */
  public void add(O of) {
    Target its = target.apply(of);
    String name = "%s for %s".formatted(types.getFirst().getSimpleName(), its.name());
    var service = new TargetService<>(name, of, kind, serving -> register(serving, its));
    services.put(of, service);
    service.serve();
  }

  private ServiceRegistration<?> register(S service, Target target) {
    var properties = new Hashtable<String, Object>();
    properties.put(Target.TARGET_PROPERTY, target.name());
    properties.put(Target.ARCH_PROPERTY, target.arch());
    String[] names = types.stream().map(Class::getName).toArray(String[]::new);
    return context.registerService(names, service, properties);
  }

  /**
   * Removes a target.
   *
   * @param of the target
   */
  public void remove(O of) {
    TargetService<O, S> service = services.remove(of);
    if (service != null) {
      service.remove();
    }
  }

  /** Starts the services that can start now: a dependency appeared. */
  public void serveAll() {
    forEach(targets(), of -> change(of, TargetService::serve));
  }

  /**
   * Ends the services of an architecture, and starts those again that can: a dependency goes.
   *
   * @param arch the name of the architecture
   */
  public void replace(String arch) {
    forEach(
        targets().stream().filter(of -> target.apply(of).arch().equals(arch)).toList(),
        of -> change(of, TargetService::replace));
  }

  private List<O> targets() {
    synchronized (services) {
      return List.copyOf(services.keySet());
    }
  }

  private void change(O of, Consumer<TargetService<O, S>> change) {
    TargetService<O, S> service = services.get(of);
    if (service != null) {
      change.accept(service);
    }
  }

  /** Ends all services. */
  public void close() {
    forEach(targets(), this::remove);
  }

  private static <T> void forEach(List<T> all, Consumer<T> action) {
    @Nullable Throwable failed = null;
    for (T each : all) {
      try {
        action.accept(each);
      } catch (RuntimeException | Error failure) {
        if (failed == null) {
          failed = failure;
        } else {
          failed.addSuppressed(failure);
        }
      }
    }
    if (failed instanceof Error error) {
      throw error;
    }
    if (failed instanceof RuntimeException exception) {
      throw exception;
    }
  }
}
