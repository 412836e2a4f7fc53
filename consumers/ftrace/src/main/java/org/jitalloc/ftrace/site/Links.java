package org.jitalloc.ftrace.site;

import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.arch.trace.SiteTrampolines;

/**
 * The trampolines of the sites of one text: where each leads to, and which sites lead to theirs.
 * Guarded by whoever has the sites.
 */
final class Links {
  /*
   * Two allocations for all sites of a text: trampolines, and the slots that they read. Slots are
   * data, so that another tracer is one store of 8 aligned bytes and no text is poked.
   * A slot is written before its site is on, and never cleared: a thread that came while the site
   * was on may read it after the site is off. It then enters the tracer that is there, which is
   * freed only after a grace period, as this is.
   */
  private static final System.Logger LOG = System.getLogger("org.jitalloc.ftrace");

  private final SiteGroup group;
  private final SiteTrampolines form;
  private final ByteOrder order;
  private final JitMemory code;
  private final JitMemory slots;

  /** The sites that lead to their trampolines, on or off; the others are as they were prepared. */
  private final BitSet linked = new BitSet();

  private Links(
      SiteGroup group, SiteTrampolines form, ByteOrder order, JitMemory code, JitMemory slots) {
    this.group = group;
    this.form = form;
    this.order = order;
    this.code = code;
    this.slots = slots;
  }

  /**
   * Makes trampolines for all sites, which none leads to yet.
   *
   * @throws org.jitalloc.JitAllocException if they cannot be had within reach
   */
  static Links of(SiteGroup group, SiteTrampolines form, JitAllocator allocator) {
    long codeBytes = (long) group.size() * form.bytes();
    long slotBytes = (long) group.size() * Long.BYTES;
    long reach = form.reachBytes() - group.memory().bytes() - codeBytes - slotBytes;
    JitMemory code =
        allocator.allocate(
            AllocationRequest.of(ModMemType.TEXT, codeBytes)
                .withAlignment(form.bytes())
                .withPurpose(Purpose.FTRACE)
                .near(group.memory().address(), reach));
    try {
      JitMemory slots =
          allocator.allocate(
              AllocationRequest.of(ModMemType.DATA, slotBytes)
                  .withAlignment(Long.BYTES)
                  .withPurpose(Purpose.FTRACE)
                  .near(code.address(), reach));
      var links = new Links(group, form, allocator.target().byteOrder(), code, slots);
      links.publish();
      return links;
    } catch (RuntimeException | Error failure) {
      code.close();
      throw failure;
    }
  }

  private void publish() {
    try {
      ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(code.bytes()));
      for (int i = 0; i < group.size(); i++) {
        all.put(form.code(trampoline(i), group.address(i), slots.address() + offset(i)));
      }
      code.write(0, all.array());
      slots.publish();
      code.publish();
    } catch (RuntimeException | Error failure) {
      slots.close();
      throw failure;
    }
  }

  private static long offset(int index) {
    return (long) index * Long.BYTES;
  }

  private long trampoline(int index) {
    return code.address() + (long) index * form.bytes();
  }

  /**
   * The change of a site from what it is.
   *
   * @param change what is to become of it
   * @return the change; with the same bytes twice if the site stays as it is
   */
  Patch patch(SiteTarget change) {
    int index = change.index();
    long site = group.address(index);
    Patch on = form.link(site, trampoline(index), true);
    Patch off = form.link(site, trampoline(index), false);
    byte[] isLinked = group.call(index) == 0 ? off.after() : on.after();
    byte[] willBeLinked = change.to() == 0 ? off.after() : on.after();
    return new Patch(
        on.address(),
        linked.get(index) ? isLinked : on.before(),
        change.leaves() ? on.before() : willBeLinked);
  }

  /** Has a trampoline lead to a tracer. */
  void lead(int index, long tracer) {
    slots.write(
        offset(index), ByteBuffer.allocate(Long.BYTES).order(order).putLong(tracer).array());
  }

  boolean isLinked(int index) {
    return linked.get(index);
  }

  void isLinked(int index, boolean value) {
    linked.set(index, value);
  }

  /** Frees them when no thread can be inside. No site leads to them. */
  void close() {
    for (JitMemory memory : List.of(code, slots)) {
      try {
        memory.close();
      } catch (RuntimeException | Error failure) {
        LOG.log(Level.WARNING, "trampolines cannot be freed: " + memory, failure);
      }
    }
  }
}
