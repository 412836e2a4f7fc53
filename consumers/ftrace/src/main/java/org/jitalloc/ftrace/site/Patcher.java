package org.jitalloc.ftrace.site;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.Poke;
import org.jitalloc.TextPoker;
import org.jitalloc.arch.trace.CallSiteLender.Borrower;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Patch;
import org.jspecify.annotations.Nullable;

/**
 * Makes call sites call something else, many at once, while they run. One thread at a time.
 *
 * <p>First all sites are looked at: where one is not as it should be, nothing changes. Then all
 * change in one batch, or none does. Sites that are lent are changed by those who have borrowed
 * them, before the others.
 */
public final class Patcher {

  private final TextPoker poker;
  private final LongFunction<@Nullable Borrower> borrowers;

  private record SitePatch(Change change, Patch patch) {
    JitMemory memory() {
      return change.group().memory();
    }

    Poke poke() {
      return new Poke(
          memory(),
          patch.address() - memory().address(),
          new Instruction.Raw(patch.before()),
          new Instruction.Raw(patch.after()));
    }
  }

  /**
   * Makes a patcher.
   *
   * @param poker what changes live code of the target
   * @param borrowers gives who has the site at an address now, or null if nobody has
   */
  public Patcher(TextPoker poker, LongFunction<@Nullable Borrower> borrowers) {
    this.poker = poker;
    this.borrowers = borrowers;
  }

  /**
   * Makes changes; those that change nothing are passed over.
   *
   * @param changes what is to become of which sites, each at most once
   * @throws JitAllocException TEXT_MISMATCH if a site is not what it should be, with the function
   *     and both byte strings; UNREACHABLE if a site does not reach what it is to call. Nothing has
   *     changed then
   */
  public void apply(List<Change> changes) {
    List<Change> real = changes.stream().filter(c -> c.group().call(c.index()) != c.to()).toList();
    Map<Boolean, List<SitePatch>> patches =
        real.stream()
            .map(change -> new SitePatch(change, patch(change)))
            .collect(Collectors.partitioningBy(site -> borrower(site) != null));
    List<SitePatch> own = patches.getOrDefault(false, List.of());
    own.forEach(Patcher::check);
    Map<Borrower, List<Patch>> lent = byBorrower(patches.getOrDefault(true, List.of()));
    Map<Borrower, List<Patch>> done = new LinkedHashMap<>();
    try {
      lent.forEach(
          (borrower, theirs) -> {
            borrower.change(theirs);
            done.put(borrower, theirs);
          });
      poker.poke(own.stream().map(SitePatch::poke).toList());
    } catch (RuntimeException failure) {
      done.forEach((borrower, theirs) -> takeBack(borrower, theirs, failure));
      throw failure;
    }
    real.forEach(c -> c.group().call(c.index(), c.to()));
  }

  private @Nullable Borrower borrower(SitePatch site) {
    return borrowers.apply(site.change.group().address(site.change.index()));
  }

  private Map<Borrower, List<Patch>> byBorrower(List<SitePatch> lent) {
    return lent.stream()
        .collect(
            Collectors.groupingBy(
                this::borrower, Collectors.mapping(SitePatch::patch, Collectors.toList())));
  }

  private static Patch patch(Change change) {
    SiteGroup group = change.group();
    CallSites form = group.form();
    long site = group.address(change.index());
    long from = group.call(change.index());
    if (from == 0) {
      return form.enable(site, change.to());
    }
    return change.to() == 0 ? form.disable(site, from) : form.redirect(site, from, change.to());
  }

  private static void check(SitePatch site) {
    Patch patch = site.patch;
    byte[] found =
        site.memory().read(patch.address() - site.memory().address(), patch.before().length);
    if (!Arrays.equals(found, patch.before())) {
      HexFormat hex = HexFormat.of();
      throw new JitAllocException(
          Reason.TEXT_MISMATCH,
          "%s at 0x%x: expected %s, found %s"
              .formatted(
                  site.change.group().name(site.change.index()),
                  patch.address(),
                  hex.formatHex(patch.before()),
                  hex.formatHex(found)));
    }
  }

  private static void takeBack(Borrower borrower, List<Patch> patches, RuntimeException failure) {
    try {
      borrower.change(patches.stream().map(Patch::reversed).toList());
    } catch (RuntimeException another) {
      failure.addSuppressed(another);
    }
  }
}
