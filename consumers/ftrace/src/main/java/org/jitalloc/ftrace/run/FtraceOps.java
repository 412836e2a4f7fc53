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
 * The users of call sites, as the kernel's {@code ftrace_ops}: the current tracer and the
 * callbacks, with their filters. Immutable, except that filters follow the texts that are added and
 * removed.
 */
final class FtraceOps {
  /*
   * Each user has a bit, the current tracer the lowest one. A set of users is a number.
   * A change creates a new object; if it fails, the old one is still in use.
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

  private FtraceOps(
      CurrentTracer tracer,
      FunctionFilter filter,
      FunctionFilter notrace,
      List<Attachment> attachments) {
    this.tracer = tracer;
    this.filter = filter;
    this.notrace = notrace;
    this.attachments = attachments;
  }

  /** Creates a set without callbacks, whose tracer is NOP. */
  static FtraceOps none(SiteTable table) {
    return new FtraceOps(
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

  FtraceOps with(CurrentTracer other) {
    return new FtraceOps(other, filter, notrace, attachments);
  }

  FtraceOps withFilter(String words, boolean append) {
    return new FtraceOps(tracer, written(filter, words, append), notrace, attachments);
  }

  FtraceOps withNotrace(String words, boolean append) {
    return new FtraceOps(tracer, filter, written(notrace, words, append), attachments);
  }

  private static FunctionFilter written(FunctionFilter filter, String words, boolean append) {
    FunctionFilter copy = filter.copy();
    copy.write(words, append);
    return copy;
  }

  FtraceOps with(Attachment attachment) {
    List<Attachment> more = new ArrayList<>(attachments);
    more.add(attachment);
    return new FtraceOps(tracer, filter, notrace, List.copyOf(more));
  }

  FtraceOps without(Attachment attachment) {
    return new FtraceOps(
        tracer, filter, notrace, attachments.stream().filter(a -> !a.equals(attachment)).toList());
  }

  /** Creates the upcall of a callback. The callback is not a user yet. */
  Attachment attachment(
      JitAllocator allocator, SiteTable table, FunctionCallback callback, String words) {
    var used = new BitSet();
    used.set(0);
    attachments.forEach(a -> used.set(a.bit()));
    int bit = used.nextClearBit(0);
    if (bit > MOST_CALLBACKS) {
      throw new JitAllocException(
          Reason.INVALID_REQUEST,
          "too many callbacks: %d are attached".formatted(attachments.size()));
    }
    var chosen = new FunctionFilter(table);
    chosen.write(words, false);
    return new Attachment(
        bit,
        chosen,
        allocator.upcall(CALLED.bindTo(callback), FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG)));
  }

  /** {@return the bits of the users of a site} */
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

  /** {@return the tracer that serves a set of users} */
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
