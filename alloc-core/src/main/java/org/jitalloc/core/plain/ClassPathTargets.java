package org.jitalloc.core.plain;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.core.KnownSettings;
import org.jitalloc.core.host.HostOptions;
import org.jitalloc.core.host.HostSpace;
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.policy.PolicyFile;
import org.jitalloc.core.quota.Rulebook;
import org.jitalloc.core.target.TargetMemory;
import org.jspecify.annotations.Nullable;

/**
 * Targets on a plain class path. Everything there has one owner, {@code java}, and may have what
 * there is, unless the system property {@code jitalloc.policy} names a {@linkplain PolicyFile file
 * of rules}; limits hold for each target alone.
 */
public final class ClassPathTargets implements JitAlloc.Provider {

  private static final String OWNER = "java";

  private static final Map<String, Arch> ARCHS =
      ServiceLoader.load(Arch.class, ClassPathTargets.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .collect(Collectors.toUnmodifiableMap(Arch::name, arch -> arch));

  private static final Map<String, TextPoke> STRATEGIES =
      ServiceLoader.load(TextPoke.class, ClassPathTargets.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .collect(Collectors.toUnmodifiableMap(TextPoke::arch, strategy -> strategy));

  private static final Object LOCK = new Object();
  private static @Nullable JitAllocator host;

  /** Made by {@link ServiceLoader}. */
  public ClassPathTargets() {}

  @Override
  public JitAllocator host() {
    synchronized (LOCK) {
      if (host == null) {
        host = open(System.getProperty("os.arch", ""));
      }
      return host;
    }
  }

  private static JitAllocator open(String machine) {
    Arch arch =
        ARCHS.values().stream()
            .filter(candidate -> candidate.osArchNames().contains(machine))
            .findFirst()
            .orElseThrow(() -> missing(machine));
    Rulebook rules = rules();
    LeakPolicy leaks = leakPolicy();
    HostOptions options = HostOptions.read(KnownSettings.SYSTEM::value);
    // All settings were read. From here on each open resource has an owner that closes it.
    HostSpace space = HostSpace.open(arch, options);
    return TargetMemory.host(arch, space, leaks, rules, () -> STRATEGIES.get(arch.name()))
        .allocatorFor(OWNER);
  }

  @Override
  public JitAllocator newImage(String name, String arch) {
    Arch found = ARCHS.get(arch);
    if (found == null) {
      throw missing(arch);
    }
    Rulebook rules = rules();
    return TargetMemory.image(
            name, found, false, 0, leakPolicy(), rules, () -> STRATEGIES.get(arch))
        .allocatorFor(OWNER);
  }

  /** The rules of one target: an image that is lost without being closed takes its quotas along. */
  private static Rulebook rules() {
    KnownSettings.SYSTEM.requireKnown();
    var rules = new Rulebook();
    rules.use(PolicyFile.configured(HostOptions.modes()));
    return rules;
  }

  private static LeakPolicy leakPolicy() {
    return LeakPolicy.read(KnownSettings.SYSTEM::value);
  }

  private static JitAllocException missing(String arch) {
    return new JitAllocException(
        Reason.UNSUPPORTED,
        "no architecture bundle for %s on the class path; there are %s"
            .formatted(arch, ARCHS.keySet().stream().sorted().toList()));
  }
}
