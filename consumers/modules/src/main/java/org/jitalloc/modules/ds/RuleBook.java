package org.jitalloc.modules.ds;

import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jitalloc.modules.load.Candidate;
import org.jitalloc.modules.load.EarlyCheck;
import org.jitalloc.modules.taint.Taints;
import org.jitalloc.support.GlobPattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * What configurations demand of modules. Each that is about a target is asked, in the order of
 * their PIDs; the first that refuses ends the load. A change holds for loads that begin after it;
 * what is loaded stays. Thread-safe.
 */
@Component(service = RuleBook.class)
public final class RuleBook {
  private final SortedMap<String, Page> pages = new ConcurrentSkipListMap<>();

  /** What one configuration demands of modules for the targets it is about. */
  record Page(GlobPattern targets, EarlyCheck check) {}

  /** Made by Declarative Services. */
  @Activate
  public RuleBook() {}

  void put(String pid, Page page) {
    pages.put(pid, page);
  }

  void remove(String pid) {
    pages.remove(pid);
  }

  /** The checks of a target, as they are at the time of each load. */
  EarlyCheck of(String target) {
    return candidate -> check(target, candidate);
  }

  private Taints check(String target, Candidate candidate) {
    Taints taints = Taints.NONE;
    for (Page page : pages.values()) {
      if (page.targets().fits(target)) {
        taints = taints.with(page.check().check(candidate));
      }
    }
    return taints;
  }
}
