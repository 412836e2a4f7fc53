package org.jitalloc.support;

import java.lang.System.Logger.Level;
import java.util.function.Function;
import org.jitalloc.JitAllocException;
import org.jitalloc.support.TargetServices.Kind;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceRegistration;

/**
 * The service of one target: it is registered while its target exists and {@link Kind#start} can
 * start it.
 *
 * @param <O> what identifies the target, such as its allocator
 * @param <S> the service
 */
final class TargetService<O, S> {
  /*
   * Decisions are made under the monitor. Services are started, stopped, registered and
   * unregistered without it, since that calls listeners. Other threads call meanwhile:
   * - A thread that finds another thread at work records its request and returns; the last thread
   *   at work looks for requests again (settle).
   * - An end is different: its caller must not release an allocator with memory in use. So each
   *   caller stops the service before it returns, although another may be doing it; stopping twice
   *   has no effect.
   * - The thread that has the registration unregisters it: one of those that end the service, or
   *   the one that is just registering it.
   * - The service is forgotten when no thread is at work any more, and then the next one starts.
   * A failure of any type leaves the counters as after a success.
   */
  private static final System.Logger LOG = System.getLogger("org.jitalloc.support");

  private final O target;
  private final String name;
  private final Kind<O, S> kind;
  private final Function<S, ServiceRegistration<?>> register;

  /** Guarded by the monitor, as the fields below. */
  private boolean wanted = true;

  /** Whether a start was requested since the last attempt. */
  private boolean asked;

  /** The number of requests to end the service. */
  private int ends;

  /** The number of threads that start or end it. */
  private int atWork;

  private @Nullable Served<S> served;

  private static final class Served<S> {
    private final S service;
    private @Nullable ServiceRegistration<?> registration;
    private boolean ending;

    Served(S service) {
      this.service = service;
    }
  }

  TargetService(
      String name, O target, Kind<O, S> kind, Function<S, ServiceRegistration<?>> register) {
    this.name = name;
    this.target = target;
    this.kind = kind;
    this.register = register;
  }

  /** Starts the service if it is not started: a dependency appeared. */
  void serve() {
    synchronized (this) {
      asked = true;
    }
    settle();
  }

  /** Ends the service, and starts it again if it can: a dependency goes. */
  void replace() {
    synchronized (this) {
      asked = true;
    }
    end();
    settle();
  }

  /** Ends the service: its target goes. */
  void remove() {
    synchronized (this) {
      wanted = false;
    }
    end();
  }

  private void end() {
    Served<S> ending;
    ServiceRegistration<?> registration = null;
    synchronized (this) {
      ends++;
      ending = served;
      if (ending == null) {
        return;
      }
      ending.ending = true;
      registration = ending.registration;
      ending.registration = null;
      atWork++;
    }
    try {
      if (registration != null) {
        registration.unregister();
      }
    } finally {
      try {
        kind.stop(ending.service);
      } finally {
        leave();
      }
    }
  }

  private synchronized void leave() {
    atWork--;
    if (atWork == 0 && served != null && served.ending) {
      served = null;
    }
  }

  /** Starts the service if it is requested and no thread is at work. */
  private void settle() {
    while (true) {
      int before;
      synchronized (this) {
        if (!wanted || !asked || served != null || atWork > 0) {
          return;
        }
        asked = false;
        atWork++;
        before = ends;
      }
      try {
        S service = start();
        if (service != null) {
          publish(service, before);
        }
      } finally {
        leave();
      }
    }
  }

  private @Nullable S start() {
    try {
      return kind.start(target);
    } catch (JitAllocException refused) {
      LOG.log(Level.WARNING, "no " + name, refused);
      return null;
    }
  }

  private void publish(S service, int before) {
    var publishing = new Served<>(service);
    if (!serves(publishing, before)) {
      kind.stop(service);
      return;
    }
    ServiceRegistration<?> registration;
    try {
      registration = register.apply(service);
    } catch (RuntimeException | Error failure) {
      end();
      throw failure;
    }
    if (!keeps(publishing, registration)) {
      registration.unregister();
    }
  }

  /** {@return whether the service may be registered: no end was requested since it was started} */
  private synchronized boolean serves(Served<S> publishing, int before) {
    if (ends != before) {
      return false;
    }
    served = publishing;
    return true;
  }

  /** {@return whether the service, which is registered now, is not ending} */
  private synchronized boolean keeps(Served<S> publishing, ServiceRegistration<?> registration) {
    if (publishing.ending) {
      return false;
    }
    publishing.registration = registration;
    return true;
  }
}
