package org.jitalloc.ftrace.site;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.Poke;
import org.jitalloc.TextPoker;
import org.jitalloc.arch.trace.CallSiteForm;
import org.jitalloc.arch.trace.Patch;

/**
 * Makes call sites call something else, many at once, while they run. One thread at a time.
 *
 * <p>First all sites are looked at: where one is not as it should be, nothing changes. Then all
 * change in one batch, or none does.
 */
public final class Patcher {

  private final TextPoker poker;

  private record SitePatch(Change change, Patch patch) {
    JitMemory memory() {
      return change.group().memory();
    }

    SitePatch reversed() {
      return new SitePatch(change, patch.reversed());
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
   */
  public Patcher(TextPoker poker) {
    this.poker = poker;
  }

  /**
   * Makes changes; those that change nothing are passed over.
   *
   * @param changes what is to become of which sites, each at most once
   * @return how many sites changed
   * @throws JitAllocException TEXT_MISMATCH if a site is not what it should be, with the function
   *     and both byte strings; UNREACHABLE if a site does not reach what it is to call. Nothing has
   *     changed then
   */
  public int apply(List<Change> changes) {
    List<Change> real = changes.stream().filter(c -> c.group().call(c.index()) != c.to()).toList();
    List<List<SitePatch>> phases = phases(real);
    for (List<SitePatch> phase : phases) {
      check(phase);
    }
    int done = 0;
    try {
      while (done < phases.size()) {
        poke(phases.get(done));
        done++;
      }
    } catch (RuntimeException failure) {
      takeBack(phases.subList(0, done), failure);
      throw failure;
    }
    real.forEach(c -> c.group().call(c.index(), c.to()));
    return real.size();
  }

  /** The patches of all sites: the first of each, the second of each, and so on. */
  private static List<List<SitePatch>> phases(List<Change> changes) {
    List<List<SitePatch>> phases = new ArrayList<>();
    for (Change change : changes) {
      List<Patch> patches = patches(change);
      for (int i = 0; i < patches.size(); i++) {
        if (i == phases.size()) {
          phases.add(new ArrayList<>());
        }
        phases.get(i).add(new SitePatch(change, patches.get(i)));
      }
    }
    return phases;
  }

  private static List<Patch> patches(Change change) {
    SiteGroup group = change.group();
    CallSiteForm form = group.form();
    long from = group.call(change.index());
    if (from == 0) {
      return form.enable(group.site(change.index()), change.to());
    }
    return change.to() == 0
        ? form.disable(group.site(change.index()), from)
        : form.redirect(group.site(change.index()), from, change.to());
  }

  private static void check(List<SitePatch> phase) {
    for (SitePatch site : phase) {
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
  }

  private void poke(List<SitePatch> phase) {
    poker.poke(phase.stream().map(SitePatch::poke).toList());
  }

  private void takeBack(List<List<SitePatch>> done, RuntimeException failure) {
    for (List<SitePatch> phase : done.reversed()) {
      try {
        poke(phase.stream().map(SitePatch::reversed).toList());
      } catch (RuntimeException another) {
        failure.addSuppressed(another);
      }
    }
  }
}
