package org.jitalloc.support;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.Target;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * Keeps a service for each target that can have one: whose allocator is there, and whose
 * architecture knows what it takes. When one of these goes, the service goes first, and then what
 * it stands for ends. Services have the properties {@code jit.target} and {@code jit.arch}.
 *
 * <p>Guarded by who has it: a component of Declarative Services, whose binding methods are
 * synchronized.
 *
 * @param <S> what serves
 */
public final class TargetServices<S> {
  private static final System.Logger LOG = System.getLogger("org.jitalloc.support");

  /**
   * What a kind of service is.
   *
   * @param <S> what serves
   */
  public interface Kind<S> {
    /**
     * Makes what serves a target, if all that it takes is there.
     *
     * @param allocator of the target
     * @return what serves it, or null
     * @throws JitAllocException if the target does not allow it; there is none then, and it is
     *     logged
     */
    @Nullable S start(JitAllocator allocator);

    /**
     * Ends what served a target. It is no service any more.
     *
     * @param service what {@link #start} gave
     */
    void stop(S service);
  }

  private record Served<S>(S service, ServiceRegistration<?> registration) {}

  private final BundleContext context;
  private final List<Class<? super S>> types;
  private final Kind<S> kind;
  private final List<JitAllocator> allocators = new ArrayList<>();
  private final Map<JitAllocator, Served<S>> served = new LinkedHashMap<>();

  /**
   * Makes it, without targets.
   *
   * @param context of the bundle whose services they are
   * @param types the interfaces that they are found by
   * @param kind how they begin and end
   */
  public TargetServices(BundleContext context, List<Class<? super S>> types, Kind<S> kind) {
    this.context = context;
    this.types = List.copyOf(types);
    this.kind = kind;
  }

  /**
   * A target is there.
   *
   * @param allocator its allocator
   */
  public void add(JitAllocator allocator) {
    allocators.add(allocator);
    serve(allocator);
  }

  /**
   * A target is going.
   *
   * @param allocator its allocator
   */
  public void remove(JitAllocator allocator) {
    allocators.remove(allocator);
    stop(allocator);
  }

  /** Something came that services take: those begin that can. */
  public void serveAll() {
    List.copyOf(allocators).forEach(this::serve);
  }

  /**
   * Something is going that services of an architecture took: these end; those begin that can do
   * without it.
   *
   * @param arch its name
   */
  public void replace(String arch) {
    for (JitAllocator allocator : List.copyOf(allocators)) {
      if (allocator.target().arch().equals(arch)) {
        stop(allocator);
        serve(allocator);
      }
    }
  }

  /** Ends all services. */
  public void close() {
    List.copyOf(served.keySet()).forEach(this::stop);
    allocators.clear();
  }

  private void serve(JitAllocator allocator) {
    if (served.containsKey(allocator)) {
      return;
    }
    S service = start(allocator);
    if (service != null) {
      String[] names = types.stream().map(Class::getName).toArray(String[]::new);
      var registration = context.registerService(names, service, properties(allocator.target()));
      served.put(allocator, new Served<>(service, registration));
    }
  }

  private @Nullable S start(JitAllocator allocator) {
    try {
      return kind.start(allocator);
    } catch (JitAllocException refused) {
      LOG.log(
          Level.WARNING,
          "no %s for %s".formatted(types.getFirst().getSimpleName(), allocator.target().name()),
          refused);
      return null;
    }
  }

  private static Hashtable<String, Object> properties(Target target) {
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(Target.TARGET_PROPERTY, target.name());
    properties.put(Target.ARCH_PROPERTY, target.arch());
    return properties;
  }

  private void stop(JitAllocator allocator) {
    Served<S> stopped = served.remove(allocator);
    if (stopped != null) {
      stopped.registration.unregister();
      kind.stop(stopped.service);
    }
  }
}
