package org.jitalloc.core;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jitalloc.core.host.HostOptions;
import org.jitalloc.core.memory.Rulebook;
import org.jitalloc.core.policy.Policy;
import org.jitalloc.core.policy.PolicyFile;
import org.jitalloc.core.policy.Rule;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The rules for all targets: those of the command line and those that are configured. Apart from
 * {@link Targets}, so that no rule is away while those restart.
 */
@Component(service = Rules.class, immediate = true)
public final class Rules {

  private final Rulebook book = new Rulebook();

  /** The rules of the command line. */
  private final Policy given;

  /** The rules that are configured, by the PID of their configuration. Guarded by the monitor. */
  private final Map<String, Rule> configured = new TreeMap<>();

  /** Made by the framework. */
  @Activate
  public Rules() {
    given = PolicyFile.configured(HostOptions.modes());
    book.use(given);
  }

  /** What holds on each target. */
  Rulebook book() {
    return book;
  }

  /** Has a rule hold from now on, in place of the one that was there. */
  synchronized void put(String pid, Rule rule) {
    configured.put(pid, rule);
    use();
  }

  synchronized void remove(String pid) {
    configured.remove(pid);
    use();
  }

  private void use() {
    book.use(
        new Policy(Stream.concat(given.rules().stream(), configured.values().stream()).toList()));
  }
}
