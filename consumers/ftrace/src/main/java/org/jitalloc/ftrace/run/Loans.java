package org.jitalloc.ftrace.run;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.ftrace.site.SiteGroup;
import org.jitalloc.ftrace.site.SiteTable;

/** The call sites that are lent. Guarded by who has it. */
final class Loans {
  private final SiteTable table;
  private final Set<Long> lent = new HashSet<>();

  Loans(SiteTable table) {
    this.table = table;
  }

  /** Whether nobody may change a site. */
  boolean isLent(long site) {
    return lent.contains(site);
  }

  /**
   * Lends all sites that have a byte in a piece of text.
   *
   * @return their addresses
   */
  List<Long> lend(long address, int bytes) {
    var found = new ArrayList<Long>();
    SiteGroup group = table.find(address);
    if (group == null) {
      return found;
    }
    for (int i = group.atOrBefore(address + bytes - 1); i >= 0; i--) {
      long site = group.address(i);
      if (site + group.form().bytes() <= address) {
        break;
      }
      if (group.call(i) != 0 || lent.contains(site)) {
        throw new JitAllocException(
            Reason.WRONG_STATE,
            lent.contains(site)
                ? "the call site of %s at 0x%x is lent already".formatted(group.name(i), site)
                : "%s at 0x%x is traced: take it out of the filter first"
                    .formatted(group.name(i), site));
      }
      found.add(site);
    }
    lent.addAll(found);
    return found;
  }

  void giveBack(List<Long> sites) {
    sites.forEach(lent::remove);
  }
}
