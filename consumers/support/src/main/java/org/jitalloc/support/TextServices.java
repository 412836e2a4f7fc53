package org.jitalloc.support;

import java.util.Hashtable;
import org.jitalloc.Target;
import org.jitalloc.text.TraceableText;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * Registers texts as OSGi services. The framework unregisters them when the bundle stops.
 *
 * @param context the context of the bundle that registers them
 */
public record TextServices(BundleContext context) implements TextPublisher {

  private record Registered(
      ServiceRegistration<TraceableText> registration, Hashtable<String, Object> properties)
      implements Handed {

    @Override
    public void isLive() {
      ifRegistered(() -> registration.setProperties(properties));
    }

    @Override
    public void close() {
      ifRegistered(registration::unregister);
    }

    private static void ifRegistered(Runnable action) {
      try {
        action.run();
      } catch (IllegalStateException gone) {
        // The bundle stopped, or the text is unregistered already.
      }
    }
  }

  @Override
  public Handed hand(TraceableText text, Target target) {
    var properties = new Hashtable<String, Object>();
    properties.put(Target.TARGET_PROPERTY, target.name());
    try {
      return new Registered(
          context.registerService(TraceableText.class, text, properties), properties);
    } catch (IllegalStateException stopping) {
      return Handed.NOTHING; // The bundle is stopping, and its modules are unloaded soon.
    }
  }
}
