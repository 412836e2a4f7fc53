package org.jitalloc.support;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A framework that only knows of services, and what was done with them, in order. */
final class FakeContext {
  final List<String> events = new ArrayList<>();
  final List<Object> services = new ArrayList<>();

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
    events.add("registered " + properties.get("jit.target"));
    services.add(service);
    return Proxy.newProxyInstance(
        FakeContext.class.getClassLoader(),
        new Class<?>[] {ServiceRegistration.class},
        (_, method, _) -> {
          if (!method.getName().equals("unregister")) {
            throw new UnsupportedOperationException(method.getName());
          }
          events.add("unregistered " + properties.get("jit.target"));
          services.remove(service);
          return null;
        });
  }
}
