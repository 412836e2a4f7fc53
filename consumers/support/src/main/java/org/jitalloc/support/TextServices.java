package org.jitalloc.support;

import java.util.Hashtable;
import org.jitalloc.Target;
import org.jitalloc.text.TraceableText;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * Makes texts services. They go when their bundle stops.
 *
 * @param context of the bundle whose services they are
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
        // It went with its bundle, or was taken back before.
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
      return Handed.NOTHING; // The bundle stops, and what it has loaded is about to go.
    }
  }
}
