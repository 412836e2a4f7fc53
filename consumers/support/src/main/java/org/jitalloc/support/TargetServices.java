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
 * Keeps a service for each target that can have one: whose allocator (or whatever else is had of a
 * target) is there, and whose architecture knows what it takes. When one of these goes, the service
 * goes first, and then what it stands for ends. Services have the properties {@code jit.target} and
 * {@code jit.arch}.
 *
 * <p>For any thread, and again out of a listener that hears of a service. No lock is held while
 * services come and go or begin and end, and no thread waits for another that does so. When {@link
 * #remove}, {@link #replace} and {@link #close} return, what served has ended, and nobody finds it
 * any more but in one case: somebody, another thread or this one farther out, is at that moment
 * registering it or taking it away, and listeners keep them. Whoever registers it takes it away
 * when they let go. Of one target, the next begins after the last has ended.
 *
 * @param <O> what is there of a target
 * @param <S> what serves
 */
public final class TargetServices<O, S> {
  /**
   * What a kind of service is. Called without a lock, of one target by one thread at a time, but
   * for {@link #stop}.
   *
   * @param <O> what is there of a target
   * @param <S> what serves
   */
  public interface Kind<O, S> {
    /**
     * Makes what serves a target, if all that it takes is there. It is heard of and stopped only
     * after this has returned.
     *
     * @param of what is there of the target
     * @return what serves it, or null
     * @throws JitAllocException if the target does not allow it; there is none then, and it is
     *     logged
     */
    @Nullable S start(O of);

    /**
     * Ends what served a target, if that was not done yet. It is no service any more, or about to
     * be none; two may want its end at once.
     *
     * @param service what {@link #start} gave
     */
    void stop(S service);
  }

  private final BundleContext context;
  private final List<Class<? super S>> types;
  private final Function<O, Target> target;
  private final Kind<O, S> kind;

  /** In the order in which targets came; so do they go. */
  private final Map<O, TargetService<O, S>> services =
      Collections.synchronizedMap(new LinkedHashMap<>());

  /**
   * Makes it, without targets.
   *
   * @param context of the bundle whose services they are
   * @param types the interfaces that they are found by
   * @param target which target something is of
   * @param kind how they begin and end
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
   * A target is there.
   *
   * @param of what there is of it
   */
  public void add(O of) {
    Target its = target.apply(of);
    String name = "%s for %s".formatted(types.getFirst().getSimpleName(), its.name());
    var service = new TargetService<>(name, of, kind, serving -> register(serving, its));
    services.put(of, service);
    service.serve();
  }

  private ServiceRegistration<?> register(S service, Target target) {
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(Target.TARGET_PROPERTY, target.name());
    properties.put(Target.ARCH_PROPERTY, target.arch());
    String[] names = types.stream().map(Class::getName).toArray(String[]::new);
    return context.registerService(names, service, properties);
  }

  /**
   * A target is going.
   *
   * @param of what there was of it
   */
  public void remove(O of) {
    TargetService<O, S> service = services.remove(of);
    if (service != null) {
      service.remove();
    }
  }

  /** Something came that services take: those begin that can. */
  public void serveAll() {
    targets().forEach(of -> change(of, TargetService::serve));
  }

  /**
   * Something is going that services of an architecture took: these end; those begin that can do
   * without it.
   *
   * @param arch its name
   */
  public void replace(String arch) {
    targets().stream()
        .filter(of -> target.apply(of).arch().equals(arch))
        .forEach(of -> change(of, TargetService::replace));
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
    targets().forEach(this::remove);
  }
}
