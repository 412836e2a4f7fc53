package org.jitalloc.core.ds;

import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jitalloc.JitAllocException;
import org.jitalloc.core.host.HostOptions;
import org.jitalloc.core.policy.Policy;
import org.jitalloc.core.policy.PolicyFile;
import org.jitalloc.core.policy.Rule;
import org.jitalloc.core.quota.Rulebook;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The rules for all targets: those of the policy file and those of configurations. Rules that
 * cannot be read deny everything. Apart from {@link Targets}, so that no rule is missing while
 * targets restart.
 */
@Component(service = Rules.class, immediate = true)
public final class Rules {

  private static final System.Logger LOG = System.getLogger("org.jitalloc");

  private final Rulebook book = new Rulebook();

  /** The rules of the policy file. */
  private final Policy given;

  /** The rules of configurations, by PID. Guarded by the monitor. */
  private final Map<String, Rule> configured = new TreeMap<>();

  /** Rules that deny everything, by the PID of a configuration. Guarded by the monitor. */
  private final Map<String, Rule> unreadable = new TreeMap<>();

  /** Made by the framework. */
  @Activate
  public Rules() {
    given = given();
    book.use(given);
  }

  private static Policy given() {
    try {
      return PolicyFile.configured(HostOptions.modes());
    } catch (JitAllocException wrong) {
      String reason = String.valueOf(wrong.getMessage());
      LOG.log(Level.ERROR, "everything is denied until the policy file is corrected: {0}", reason);
      return new Policy(List.of(Rule.unreadable(PolicyFile.SETTING, reason)));
    }
  }

  /** {@return the rules that are in force on each target} */
  Rulebook book() {
    return book;
  }

  /** Replaces the rule of a configuration. The new one is in force when this returns. */
  synchronized void put(String pid, Rule rule) {
    configured.put(pid, rule);
    unreadable.remove(pid);
    use();
  }

  /**
   * Denies everything until the configuration is read or removed. Its earlier rule stays in force
   * beside that.
   */
  synchronized void deny(String pid, String reason) {
    unreadable.put(pid, Rule.unreadable(pid, reason));
    use();
  }

  synchronized void remove(String pid) {
    configured.remove(pid);
    unreadable.remove(pid);
    use();
  }

  private void use() {
    book.use(
        new Policy(
            Stream.of(given.rules(), configured.values(), unreadable.values())
                .flatMap(Collection::stream)
                .toList()));
  }
}
