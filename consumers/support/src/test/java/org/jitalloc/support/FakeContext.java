package org.jitalloc.support;

import java.lang.reflect.Proxy;
import java.util.Dictionary;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A framework that knows only services, and records the calls in order. */
final class FakeContext {
  final List<String> events = new CopyOnWriteArrayList<>();
  final List<Object> services = new CopyOnWriteArrayList<>();

  /** Is called as service listeners are: before the call that causes the event returns. */
  volatile Consumer<String> listener = _ -> {};

  BundleContext context() {
    return (BundleContext)
        Proxy.newProxyInstance(
            FakeContext.class.getClassLoader(),
            new Class<?>[] {BundleContext.class},
            (_, method, arguments) -> {
              if (!method.getName().equals("registerService")) {
                throw new UnsupportedOperationException(method.getName());
              }
              return registration(arguments[1], (Dictionary<?, ?>) arguments[2]);
            });
  }

  private Object registration(Object service, Dictionary<?, ?> properties) {
    services.add(service);
    tell("registered " + properties.get("jit.target"));
    return Proxy.newProxyInstance(
        FakeContext.class.getClassLoader(),
        new Class<?>[] {ServiceRegistration.class},
        (_, method, _) -> {
          if (!method.getName().equals("unregister")) {
            throw new UnsupportedOperationException(method.getName());
          }
          tell("unregistered " + properties.get("jit.target"));
          if (!services.remove(service)) {
            throw new IllegalStateException("unregistered before: " + service);
          }
          return null;
        });
  }

  private void tell(String event) {
    events.add(event);
    listener.accept(event);
  }
}
