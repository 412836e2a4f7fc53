package org.jitalloc.support;

import java.lang.System.Logger.Level;
import java.util.function.Function;
import org.jitalloc.JitAllocException;
import org.jitalloc.support.TargetServices.Kind;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceRegistration;

/**
 * The service of one target: there while it is wanted, and what it takes is there.
 *
 * @param <O> what is there of the target
 * @param <S> what serves
 */
final class TargetService<O, S> {
  /*
   * What is to be done is decided under the monitor, and done without it, since listeners hear of it. So others come meanwhile.
   * - Whoever finds it worked at says what they want and leaves; the last of those at work looks again (settle).
   * - An end is different: who wants it must not let go of an allocator whose memory is still in use. So each of them stops what
   *   serves before they leave, though another may be at it; stopping twice does no harm.
   * - A service is taken away by who has its registration, which is one of them, or who is just registering it.
   * - What serves is forgotten when nobody is at work any more, and only then the next begins.
   */
  private static final System.Logger LOG = System.getLogger("org.jitalloc.support");

  private final O of;
  private final String name;
  private final Kind<O, S> kind;
  private final Function<S, ServiceRegistration<?>> register;

  /** The monitor guards these, and what is served. */
  private boolean wanted = true;

  /** Whether something came since it was last tried to begin. */
  private boolean asked;

  /** How often what was there had to end. */
  private int ends;

  /** How many are beginning or ending it. */
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

  TargetService(String name, O of, Kind<O, S> kind, Function<S, ServiceRegistration<?>> register) {
    this.name = name;
    this.of = of;
    this.kind = kind;
    this.register = register;
  }

  /** Something came that it takes. */
  void serve() {
    synchronized (this) {
      asked = true;
    }
    settle();
  }

  /** Something is going that it took; it may do without. */
  void replace() {
    synchronized (this) {
      asked = true;
    }
    end();
    settle();
  }

  /** Its target is going. */
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

  /** Begins if it can, and nobody is at work. */
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
      return kind.start(of);
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

  /** From here on it can end. {@return whether it did not have to since it began} */
  private synchronized boolean serves(Served<S> publishing, int before) {
    if (ends != before) {
      return false;
    }
    served = publishing;
    return true;
  }

  /** {@return whether it still serves, now that it is registered} */
  private synchronized boolean keeps(Served<S> publishing, ServiceRegistration<?> registration) {
    if (publishing.ending) {
      return false;
    }
    publishing.registration = registration;
    return true;
  }
}
