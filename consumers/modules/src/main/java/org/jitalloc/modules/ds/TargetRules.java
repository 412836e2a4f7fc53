package org.jitalloc.modules.ds;

import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jitalloc.modules.load.EarlyCheck;
import org.jitalloc.modules.load.LoadInfo;
import org.jitalloc.modules.taint.Taints;
import org.jitalloc.support.GlobPattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * What configurations demand of modules. Each that is about a target is asked, in the order of
 * their PIDs; the first that refuses ends the load. A change holds for loads that begin after it;
 * what is loaded stays. Thread-safe.
 */
@Component(service = TargetRules.class)
public final class TargetRules {
  private final SortedMap<String, Rule> rules = new ConcurrentSkipListMap<>();

  /** What one configuration demands of modules for the targets it is about. */
  record Rule(GlobPattern targets, EarlyCheck check) {}

  /** Made by Declarative Services. */
  @Activate
  public TargetRules() {}

  void put(String pid, Rule rule) {
    rules.put(pid, rule);
  }

  void remove(String pid) {
    rules.remove(pid);
  }

  /** The checks of a target, as they are at the time of each load. */
  EarlyCheck of(String target) {
    return new EarlyCheck() {
      @Override
      public Taints checkFile(ByteBuffer file, String fileName, boolean forced) {
        return all(target, check -> check.checkFile(file, fileName, forced));
      }

      @Override
      public Taints check(LoadInfo info) {
        return all(target, check -> check.check(info));
      }
    };
  }

  private Taints all(String target, Function<EarlyCheck, Taints> question) {
    Taints taints = Taints.NONE;
    for (Rule rule : rules.values()) {
      if (rule.targets().matches(target)) {
        taints = taints.with(question.apply(rule.check()));
      }
    }
    return taints;
  }
}
