package org.jitalloc.ftrace.run;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.FunctionCallback;
import org.jitalloc.ftrace.filter.FunctionFilter;
import org.jitalloc.ftrace.site.SiteGroup;
import org.jitalloc.ftrace.site.SiteTable;

/**
 * Who wants which sites: the current tracer, and callbacks. Immutable but for what filters are told
 * of text.
 */
final class Users {
  /*
   * Every user has a bit, the current tracer the lowest: what a site is to do is a number, and its references are the bits.
   * A change makes new users of the old ones; if it fails, the old ones are still there.
   */
  private static final int MOST_CALLBACKS = Long.SIZE - 1;
  private static final MethodHandle CALLED;

  static {
    try {
      CALLED =
          MethodHandles.lookup()
              .findVirtual(
                  FunctionCallback.class,
                  "called",
                  MethodType.methodType(void.class, long.class, long.class));
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final CurrentTracer tracer;
  private final FunctionFilter filter;
  private final FunctionFilter notrace;
  private final List<Attachment> attachments;

  private Users(
      CurrentTracer tracer,
      FunctionFilter filter,
      FunctionFilter notrace,
      List<Attachment> attachments) {
    this.tracer = tracer;
    this.filter = filter;
    this.notrace = notrace;
    this.attachments = attachments;
  }

  /** Nobody. */
  static Users none(SiteTable table) {
    return new Users(
        CurrentTracer.NOP, new FunctionFilter(table), new FunctionFilter(table), List.of());
  }

  CurrentTracer tracer() {
    return tracer;
  }

  FunctionFilter filter() {
    return filter;
  }

  FunctionFilter notrace() {
    return notrace;
  }

  List<Attachment> attachments() {
    return attachments;
  }

  Users with(CurrentTracer other) {
    return new Users(other, filter, notrace, attachments);
  }

  Users withFilter(String words, boolean append) {
    return new Users(tracer, written(filter, words, append), notrace, attachments);
  }

  Users withNotrace(String words, boolean append) {
    return new Users(tracer, filter, written(notrace, words, append), attachments);
  }

  private static FunctionFilter written(FunctionFilter filter, String words, boolean append) {
    FunctionFilter copy = filter.copy();
    copy.write(words, append);
    return copy;
  }

  Users with(Attachment attachment) {
    List<Attachment> more = new ArrayList<>(attachments);
    more.add(attachment);
    return new Users(tracer, filter, notrace, List.copyOf(more));
  }

  Users without(Attachment attachment) {
    return new Users(
        tracer, filter, notrace, attachments.stream().filter(a -> !a.equals(attachment)).toList());
  }

  /** Makes a callback callable; it is no user yet. */
  Attachment attachment(
      JitAllocator allocator, SiteTable table, FunctionCallback callback, String words) {
    BitSet used = new BitSet();
    used.set(0);
    attachments.forEach(a -> used.set(a.bit()));
    int bit = used.nextClearBit(0);
    if (bit > MOST_CALLBACKS) {
      throw new JitAllocException(
          Reason.INVALID_REQUEST,
          "%d callbacks are attached, and there can be no more".formatted(attachments.size()));
    }
    FunctionFilter chosen = new FunctionFilter(table);
    chosen.write(words, false);
    return new Attachment(
        bit,
        chosen,
        allocator.upcall(CALLED.bindTo(callback), FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG)));
  }

  /** Who wants a site. */
  long wanting(SiteGroup group, int index) {
    boolean traced =
        tracer != CurrentTracer.NOP
            && (filter.isEmpty() || filter.contains(group, index))
            && !notrace.contains(group, index);
    long bits = traced ? 1 : 0;
    for (Attachment attachment : attachments) {
      FunctionFilter chosen = attachment.filter();
      if (chosen.isEmpty() || chosen.contains(group, index)) {
        bits |= 1L << attachment.bit();
      }
    }
    return bits;
  }

  /** What a site is to do for those who want it. */
  TracerSpec spec(long bits) {
    boolean traced = (bits & 1) != 0;
    return new TracerSpec(
        traced,
        traced && tracer == CurrentTracer.FUNCTION_GRAPH,
        attachments.stream()
            .filter(a -> (bits >> a.bit() & 1) != 0)
            .map(a -> a.upcall().address())
            .toList());
  }

  void came(SiteGroup group) {
    filter.came(group);
    notrace.came(group);
    attachments.forEach(a -> a.filter().came(group));
  }

  void went(SiteGroup group) {
    filter.went(group);
    notrace.went(group);
    attachments.forEach(a -> a.filter().went(group));
  }
}
