package org.jitalloc.core.ds;

import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** An image target for each configuration of the factory PID {@code org.jitalloc.image}. */
@Component(
    service = ConfiguredImage.class,
    immediate = true,
    configurationPid = "org.jitalloc.image",
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredImage.Config.class, factory = true)
public final class ConfiguredImage {

  /** What describes an image. */
  @ObjectClassDefinition(
      name = "jitalloc image target",
      description = "A modelled kernel address space. A change makes it anew, empty.")
  @interface Config {
    /** {@return the name of the target} */
    @AttributeDefinition(description = "The name, the service property jit.target.")
    String name();

    /** {@return the name of the architecture} */
    @AttributeDefinition(
        description = "The architecture: amd64, arm64, s390x or another that is installed.")
    String arch();

    /** {@return whether the kernel is placed at random} */
    @AttributeDefinition(description = "Whether the kernel is placed at random (KASLR).")
    boolean kaslr() default false;

    /** {@return what random choices are drawn from} */
    @AttributeDefinition(
        description = "What random choices are drawn from: the same seed gives the same places.")
    long seed() default 0;
  }

  private static final System.Logger LOG = System.getLogger("org.jitalloc");

  /** The keys of the configuration: the methods of {@link Config}. */
  static final Set<String> KEYS = Set.of("name", "arch", "kaslr", "seed");

  private final Targets targets;

  /** The image; null if the configuration is wrong, and then there is none. */
  private final @Nullable ImageSpec spec;

  /** Made by the framework. */
  @Activate
  public ConfiguredImage(
      @Reference Targets targets, Config config, Map<String, Object> properties) {
    this.targets = targets;
    ImageSpec added = null;
    try {
      ConfigurationKeys.requireKnown(properties, KEYS);
      added =
          new ImageSpec(
              required("name", config.name()),
              required("arch", config.arch()),
              config.kaslr(),
              config.seed());
      targets.addImage(added);
    } catch (IllegalArgumentException wrong) {
      added = null;
      LOG.log(
          Level.ERROR,
          "no image target for {0}: {1}",
          properties.get(Constants.SERVICE_PID),
          wrong.getMessage());
    }
    spec = added;
  }

  private static String required(String key, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("the key " + key + " is missing");
    }
    return value;
  }

  @Deactivate
  void remove() {
    if (spec != null) {
      targets.removeImage(spec);
    }
  }
}
