package org.jitalloc.ftrace.run;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.ftrace.site.SiteGroup;
import org.jitalloc.ftrace.site.SiteTable;
import org.jitalloc.text.CallSiteLender.Borrower;
import org.jspecify.annotations.Nullable;

/**
 * The call sites that are borrowed. Guarded by the monitor of {@link LocalFtrace}, except for
 * {@link #hasSite}.
 */
final class BorrowedSites {
  private final SiteTable table;

  /** By the addresses of sites. */
  private final Map<Long, Lent> lent = new HashMap<>();

  private record Lent(Borrower borrower, int times) {}

  /**
   * A borrowed site.
   *
   * @param group the text that it is in
   * @param site its address
   * @param idle its instruction while nothing is traced
   */
  record Site(SiteGroup group, long site, byte[] idle) {}

  BorrowedSites(SiteTable table) {
    this.table = table;
  }

  /** {@return the borrower of a site, or null} */
  @Nullable Borrower borrower(long site) {
    Lent loan = lent.get(site);
    return loan == null ? null : loan.borrower();
  }

  /**
   * The change that enables a site; it replaces the instruction of the site while nothing is
   * traced.
   */
  private static Patch patch(SiteGroup group, int index) {
    long site = group.address(index);
    return group.form().enable(site, site);
  }

  boolean hasSite(long address, int bytes) {
    SiteGroup group = table.find(address);
    if (group == null) {
      return false;
    }
    for (int i = group.atOrBefore(address + bytes - 1); i >= 0; i--) {
      long changes = patch(group, i).address();
      if (changes < address) {
        break;
      }
      if (changes < address + bytes) {
        return true;
      }
    }
    return false;
  }

  /** Lends the site with its instruction at an address, if there is one. */
  Optional<Site> lend(long address, Borrower borrower) {
    SiteGroup group = table.find(address);
    int index = group == null ? -1 : group.atOrBefore(address);
    if (group == null || index < 0) {
      return Optional.empty();
    }
    Patch patch = patch(group, index);
    if (patch.address() != address) {
      return Optional.empty();
    }
    long site = group.address(index);
    Lent before = lent.get(site);
    if (before != null && !before.borrower().equals(borrower)) {
      throw new JitAllocException(
          Reason.WRONG_STATE,
          "the call site of %s at 0x%x is borrowed already".formatted(group.name(index), site));
    }
    lent.put(site, new Lent(borrower, before == null ? 1 : before.times() + 1));
    return Optional.of(new Site(group, site, patch.before()));
  }

  /** Takes a site back. Ignored if its text was removed: another text may be at the address. */
  void giveBack(Site back) {
    if (table.find(back.site()) != back.group()) {
      return;
    }
    lent.computeIfPresent(
        back.site(),
        (_, loan) -> loan.times() == 1 ? null : new Lent(loan.borrower(), loan.times() - 1));
  }

  /** Forgets the sites of a text that is removed. */
  void forget(SiteGroup group) {
    for (int i = 0; i < group.size(); i++) {
      lent.remove(group.address(i));
    }
  }
}
