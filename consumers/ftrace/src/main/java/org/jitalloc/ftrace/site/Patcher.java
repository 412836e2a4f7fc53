package org.jitalloc.ftrace.site;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.Poke;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.arch.trace.SiteTrampolines;
import org.jitalloc.text.CallSiteLender.Borrower;
import org.jspecify.annotations.Nullable;

/**
 * Makes call sites call something else, many at once, while they run. One thread at a time.
 *
 * <p>First all sites are looked at: where one is not as it should be, nothing changes. Then all
 * change in one batch, or none does. Sites that are lent are changed by the code that borrowed
 * them, before the others.
 */
public final class Patcher {
  /*
   * Where the architecture has trampolines, the sites of a text get them when the first is enabled;
   * if there are none to be had, the sites call tracers themselves until no site of the text calls
   * anything, and then it is tried again. Slots of sites that are off are written before anything
   * is poked: no code reads them until then, and a slot must have its tracer when the first thread
   * comes. If poking fails they are left as they are: a thread may have come in between, and what
   * was in the slot before may be freed by now, while the new tracer stays as long as that thread
   * is inside. Slots of sites that are on, which lead to another tracer from now on, are written
   * after all that can fail.
   */
  private static final System.Logger LOG = System.getLogger("org.jitalloc.ftrace");

  private final JitAllocator allocator;
  private final LongFunction<@Nullable Borrower> borrowers;

  private record SitePatch(SiteTarget change, Patch patch) {
    JitMemory memory() {
      return change.group().memory();
    }

    /** Not if only the slot of its trampoline changes. */
    boolean changesText() {
      return !Arrays.equals(patch.before(), patch.after());
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
   * @param allocator the allocator of the target
   * @param borrowers gives the borrower of the site at an address, or null if there is none
   */
  public Patcher(JitAllocator allocator, LongFunction<@Nullable Borrower> borrowers) {
    this.allocator = allocator;
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
  public void apply(List<SiteTarget> changes) {
    List<SiteTarget> real = changes.stream().filter(SiteTarget::isReal).toList();
    List<SiteGroup> linked = new ArrayList<>();
    try {
      real.stream()
          .filter(change -> change.to() != 0)
          .map(SiteTarget::group)
          .distinct()
          .filter(this::link)
          .forEach(linked::add);
      change(real);
    } catch (RuntimeException | Error failure) {
      linked.forEach(SiteGroup::unlink);
      throw failure;
    }
    real.forEach(SiteTarget::keep);
  }

  /**
   * Makes all sites of texts as they were before they called something first, and gives their
   * trampolines back. Text that was freed is left alone.
   *
   * @param groups the sites
   * @throws JitAllocException as {@link #apply} does
   */
  public void leave(Collection<SiteGroup> groups) {
    List<SiteTarget> changes = new ArrayList<>();
    groups.stream()
        .filter(group -> group.memory().state() == JitMemory.State.LIVE)
        .forEach(group -> leave(group, changes));
    apply(changes);
    groups.forEach(SiteGroup::unlink);
  }

  private static void leave(SiteGroup group, List<SiteTarget> changes) {
    for (int i = 0; i < group.size(); i++) {
      SiteTarget change = SiteTarget.leaving(group, i);
      if (change.isReal()) {
        changes.add(change);
      }
    }
  }

  /** Makes trampolines if there can be some. {@return whether they were made} */
  private boolean link(SiteGroup group) {
    SiteTrampolines form = group.form().trampolines().orElse(null);
    if (form == null || group.links() != null || !group.isIdle()) {
      return false;
    }
    try {
      group.link(Links.of(group, form, allocator));
      return true;
    } catch (JitAllocException none) {
      LOG.log(Level.INFO, "without trampolines: {0}: {1}", group, none.getMessage());
      return false;
    }
  }

  private void change(List<SiteTarget> real) {
    Map<Boolean, List<SitePatch>> patches =
        real.stream()
            .map(change -> new SitePatch(change, patch(change)))
            .collect(Collectors.partitioningBy(site -> borrower(site) != null));
    List<SitePatch> own = patches.getOrDefault(false, List.of());
    own.forEach(Patcher::check);
    lead(real.stream().filter(SiteTarget::enables));
    poke(
        byBorrower(patches.getOrDefault(true, List.of())),
        own.stream().filter(SitePatch::changesText).map(SitePatch::poke).toList());
    lead(real.stream().filter(change -> !change.enables()));
  }

  /** Has trampolines lead to what is to be called. */
  private static void lead(Stream<SiteTarget> changes) {
    changes.forEach(
        change -> {
          Links links = change.group().links();
          if (links != null && change.to() != 0) {
            links.lead(change.index(), change.to());
          }
        });
  }

  private void poke(Map<Borrower, List<Patch>> lent, List<Poke> own) {
    Map<Borrower, List<Patch>> done = new LinkedHashMap<>();
    try {
      lent.forEach(
          (borrower, theirs) -> {
            borrower.change(theirs);
            done.put(borrower, theirs);
          });
      allocator.poker().poke(own);
    } catch (RuntimeException | Error failure) {
      done.forEach((borrower, theirs) -> takeBack(borrower, theirs, failure));
      throw failure;
    }
  }

  private @Nullable Borrower borrower(SitePatch site) {
    return borrowers.apply(site.change.group().address(site.change.index()));
  }

  private Map<Borrower, List<Patch>> byBorrower(List<SitePatch> lent) {
    return lent.stream()
        .filter(SitePatch::changesText)
        .collect(
            Collectors.groupingBy(
                this::borrower, Collectors.mapping(SitePatch::patch, Collectors.toList())));
  }

  private static Patch patch(SiteTarget change) {
    SiteGroup group = change.group();
    Links links = group.links();
    if (links != null) {
      return links.patch(change);
    }
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

  private static void takeBack(Borrower borrower, List<Patch> patches, Throwable failure) {
    try {
      borrower.change(patches.stream().map(Patch::reversed).toList());
    } catch (RuntimeException | Error another) {
      failure.addSuppressed(another);
    }
  }
}
