package org.jitalloc.core.ds;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.Target;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.core.KnownSettings;
import org.jitalloc.core.host.HostOptions;
import org.jitalloc.core.host.HostSpace;
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.target.OwnerAllocator;
import org.jitalloc.core.target.TargetMemory;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Keeps a {@link JitAllocator} service for each target there can be: for each architecture its
 * images, and the host on a machine of it. An architecture that goes takes its targets with it:
 * first the services, so that consumers let go in order, then what is left of the memory.
 *
 * <p>Targets come and go one at a time, and without a lock: a consumer that hears of one may wait
 * for another thread that uses this component. So an architecture that was removed may be used a
 * little longer if targets are coming and going just then.
 */
@Component(service = Targets.class, immediate = true, configurationPid = "org.jitalloc.core")
@Designate(ocd = Targets.Config.class)
public final class Targets {

  private static final System.Logger LOG = System.getLogger("org.jitalloc");

  /** What can be configured. A change restarts all targets. */
  @ObjectClassDefinition(
      name = "jitalloc core",
      description = "The memory mode. A change restarts all targets and frees their memory.")
  @interface Config {
    /** {@return the name of a way to host memory, or auto} */
    @AttributeDefinition(
        description =
            "The way to executable memory of the host: auto, hugetlb, shmem-thp, memfd-collapse,"
                + " anon-thp, memfd or mprotect. Empty: the system property jitalloc.memory.mode,"
                + " else auto.")
    String memoryMode() default "";

    /** {@return what keeps the writable side of executable pages shut} */
    @AttributeDefinition(
        description =
            "What keeps the writable side of executable pages shut between writes: auto, none,"
                + " pkeys or mprotect. Empty: the system property jitalloc.protect.alias, else"
                + " auto.")
    String protectAlias() default "";

    /** {@return whether executable pages are sealed: true or false} */
    @AttributeDefinition(
        description =
            "Whether executable pages are sealed, and so never given back before the process ends:"
                + " true or false. Empty: the system property jitalloc.protect.seal, else false.")
    String protectSeal() default "";

    /** {@return whether slabs have guards: true or false} */
    @AttributeDefinition(
        description =
            "Whether addresses that cannot be touched lie on both sides of each slab: true or"
                + " false. Empty: the system property jitalloc.protect.guards, else false.")
    String protectGuards() default "";

    /** {@return which allocations are watched for being lost: a number, all or off} */
    @AttributeDefinition(
        description =
            "Which allocations are watched for handles that are lost without being closed: one of"
                + " so many on average, all or off. Empty: the system property"
                + " jitalloc.leaks.sample, else 1024.")
    String leaksSample() default "";

    /** {@return whether lost memory is freed: true or false} */
    @AttributeDefinition(
        description =
            "Whether lost memory is freed after it was reported, which is safe only if no code is"
                + " used by its address alone: true or false. Empty: the system property"
                + " jitalloc.leaks.reclaim, else false.")
    String leaksReclaim() default "";
  }

  /** The keys of the configuration: the methods of {@link Config}. */
  static final Set<String> KEYS =
      Set.of(
          "memoryMode",
          "protectAlias",
          "protectSeal",
          "protectGuards",
          "leaksSample",
          "leaksReclaim");

  /** A target and its service. */
  private record Served(TargetMemory memory, ServiceRegistration<JitAllocator> service) {
    void close() {
      service.unregister();
      memory.close();
    }
  }

  private final BundleContext context;
  private final Config config;
  private final Rules rules;
  private final LeakPolicy leakPolicy;

  /** How the host is served; null if settings are wrong, and then there is no host. */
  private final @Nullable HostOptions hostOptions;

  /** Of each architecture, the first one that is there. */
  private final List<TextPoke> strategies = new CopyOnWriteArrayList<>();

  private final Changes changes = new Changes();

  /** Used by changes only, as the next two. Those that are served, by name. */
  private final Map<String, Arch> archs = new HashMap<>();

  /** Those that came when one of their name was there. */
  private final List<Arch> spares = new ArrayList<>();

  private final Map<String, Served> served = new HashMap<>();

  /** Changed under its monitor. */
  private final List<ImageSpec> wanted = new CopyOnWriteArrayList<>();

  /** Made by the framework. */
  @Activate
  public Targets(
      BundleContext context,
      Config config,
      Map<String, Object> properties,
      @Reference Rules rules) {
    this.context = context;
    this.config = config;
    this.rules = rules;
    LeakPolicy leaks = LeakPolicy.DEFAULT;
    HostOptions host = null;
    try {
      KnownSettings.SYSTEM.requireKnown();
      ConfigurationKeys.requireKnown(properties, KEYS);
      leaks = LeakPolicy.read(this::setting);
      host = HostOptions.read(this::setting);
    } catch (JitAllocException | IllegalArgumentException wrong) {
      noHost(wrong);
    }
    leakPolicy = leaks;
    hostOptions = host;
  }

  private static void noHost(RuntimeException reason) {
    LOG.log(Level.ERROR, "no host target: {0}", reason.getMessage());
  }

  /** The value of the configuration, or of the system property if that is empty. */
  private String setting(String name) {
    String configured =
        switch (name) {
          case HostOptions.MODE -> config.memoryMode();
          case HostOptions.ALIAS -> config.protectAlias();
          case HostOptions.SEAL -> config.protectSeal();
          case HostOptions.GUARDS -> config.protectGuards();
          case LeakPolicy.SAMPLE -> config.leaksSample();
          case LeakPolicy.RECLAIM -> config.leaksReclaim();
          default -> "";
        };
    return configured.isEmpty() ? KnownSettings.SYSTEM.value(name) : configured;
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addTextPoke(TextPoke strategy) {
    strategies.add(strategy);
  }

  void removeTextPoke(TextPoke strategy) {
    strategies.remove(strategy);
  }

  private @Nullable TextPoke strategy(String arch) {
    return strategies.stream().filter(s -> s.arch().equals(arch)).findFirst().orElse(null);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addArch(Arch arch) {
    changes.make(() -> begin(arch));
  }

  private void begin(Arch arch) {
    if (archs.putIfAbsent(arch.name(), arch) == null) {
      serve(arch);
    } else {
      LOG.log(Level.WARNING, "a second architecture called {0} waits for the first", arch.name());
      spares.add(arch);
    }
  }

  private void serve(Arch arch) {
    serve(ImageSpec.standard(arch.name()));
    wanted.stream().filter(spec -> spec.arch().equals(arch.name())).forEach(this::serve);
    if (arch.osArchNames().contains(System.getProperty("os.arch"))) {
      serveHost(arch);
    }
  }

  void removeArch(Arch arch) {
    changes.make(() -> end(arch));
  }

  private void end(Arch arch) {
    if (!archs.remove(arch.name(), arch)) {
      spares.remove(arch);
      return;
    }
    closeAll(arch.name());
    spares.stream()
        .filter(spare -> spare.name().equals(arch.name()))
        .findFirst()
        .ifPresent(
            next -> {
              spares.remove(next);
              begin(next);
            });
  }

  /** Makes an image as soon as its architecture is there. */
  void addImage(ImageSpec spec) {
    synchronized (wanted) {
      boolean taken =
          spec.name().equals(Target.HOST)
              || spec.name().startsWith(ImageSpec.STANDARD_PREFIX)
              || wanted.stream().anyMatch(other -> other.name().equals(spec.name()));
      if (taken) {
        throw new IllegalArgumentException(
            "a target called %s is there already, or is the standard image of an architecture"
                .formatted(spec.name()));
      }
      wanted.add(spec);
    }
    changes.make(() -> serve(spec));
  }

  void removeImage(ImageSpec spec) {
    wanted.remove(spec);
    changes.make(() -> close(spec.name()));
  }

  private void close(String target) {
    Served gone = served.remove(target);
    if (gone != null) {
      gone.close();
    }
  }

  /** Once: an architecture that comes may have found it before its own turn. */
  private void serve(ImageSpec spec) {
    Arch arch = archs.get(spec.arch());
    if (arch != null && !served.containsKey(spec.name())) {
      register(
          TargetMemory.image(
              spec.name(),
              arch,
              spec.kaslr(),
              spec.seed(),
              leakPolicy,
              rules.book(),
              () -> strategy(arch.name())));
    }
  }

  private void serveHost(Arch arch) {
    if (hostOptions == null) {
      return;
    }
    try {
      HostSpace space = HostSpace.open(arch, hostOptions);
      register(
          TargetMemory.host(arch, space, leakPolicy, rules.book(), () -> strategy(arch.name())));
    } catch (JitAllocException failure) {
      noHost(failure);
    }
  }

  private void register(TargetMemory memory) {
    Target target = memory.target();
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put(Target.TARGET_PROPERTY, target.name());
    properties.put(Target.ARCH_PROPERTY, target.arch());
    try {
      served.put(
          target.name(),
          new Served(
              memory,
              context.registerService(JitAllocator.class, new PerBundle(memory), properties)));
    } catch (RuntimeException failure) {
      memory.close();
      throw failure;
    }
  }

  private void closeAll(String arch) {
    List<Served> going =
        served.values().stream().filter(s -> s.memory().target().arch().equals(arch)).toList();
    going.forEach(target -> close(target.memory().target().name()));
  }

  @Deactivate
  void stop() {
    changes.make(
        () -> {
          List.copyOf(served.keySet()).forEach(this::close);
          archs.clear();
          spares.clear();
        });
  }

  /**
   * Gives each bundle an allocator of its own, and takes back what the bundle holds when it lets go
   * of it.
   */
  private record PerBundle(TargetMemory memory) implements ServiceFactory<JitAllocator> {

    @Override
    public JitAllocator getService(Bundle bundle, ServiceRegistration<JitAllocator> registration) {
      return memory.allocatorFor(bundle.getSymbolicName());
    }

    @Override
    public void ungetService(
        Bundle bundle, ServiceRegistration<JitAllocator> registration, JitAllocator service) {
      ((OwnerAllocator) service).close();
    }
  }
}
