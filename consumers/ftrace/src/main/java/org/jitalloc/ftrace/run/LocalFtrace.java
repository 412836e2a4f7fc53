package org.jitalloc.ftrace.run;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.Target;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.Tracers;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.Ftrace;
import org.jitalloc.ftrace.FunctionCallback;
import org.jitalloc.ftrace.Registration;
import org.jitalloc.ftrace.ThreadCounts;
import org.jitalloc.ftrace.Trace;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.TracedFunction;
import org.jitalloc.ftrace.ring.TraceMemory;
import org.jitalloc.ftrace.site.Patcher;
import org.jitalloc.ftrace.site.SiteGroup;
import org.jitalloc.ftrace.site.SiteTable;
import org.jitalloc.ftrace.tracer.Trampolines;
import org.jitalloc.text.CallSiteLender;
import org.jitalloc.text.OriginalText;
import org.jitalloc.text.TextPatcher;
import org.jitalloc.text.TraceableText;
import org.jspecify.annotations.Nullable;

/** The function tracer of one target. */
public final class LocalFtrace implements Ftrace, CallSiteLender, TextPatcher {
  private static final System.Logger LOG = System.getLogger("org.jitalloc.ftrace");

  /*
   * One monitor guards all fields except the table of sites, which any thread may read. It is held
   * while text is poked; so the text lock is taken after it. Under it only the allocator and the
   * borrowers of call sites are called.
   * A change of the users creates a new FtraceOps, changes all sites, and then stores it. If a text
   * is added or removed, only its own sites change.
   * No method waits for traced threads: memory that they may use is closed, and is freed after a
   * grace period.
   */
  private final JitAllocator allocator;
  private final Tracers tracers;
  private final CallSites form;
  private final TraceSize size;
  private final SiteTable table = new SiteTable();
  private final BorrowedSites borrowed = new BorrowedSites(table);
  private final Patcher patcher;
  private final Trampolines trampolines;
  private final Callers callers = new Callers();

  /** Texts that were not live when they were last checked. */
  private final Set<SiteGroup> coming = new HashSet<>();

  private final History history;
  private FtraceOps ops = FtraceOps.none(table);
  private @Nullable TraceMemory memory;
  private volatile @Nullable OriginalText original;
  private boolean on = true;
  private boolean closed;

  /**
   * Creates a tracer that traces nothing.
   *
   * @param allocator of the target
   * @param sites the call sites of its architecture
   * @param tracers the tracers of its architecture
   * @param size the size of a trace
   */
  public LocalFtrace(JitAllocator allocator, CallSites sites, Tracers tracers, TraceSize size) {
    this.allocator = allocator;
    this.tracers = tracers;
    this.size = size;
    form = sites;
    patcher = new Patcher(allocator, borrowed::borrower);
    trampolines = new Trampolines(allocator, tracers);
    history = new History(table, size.kept());
  }

  @Override
  public Target target() {
    return allocator.target();
  }

  @Override
  public KnownText add(TraceableText text) {
    SiteGroup group = SiteGroup.of(text, form, allocator.target().byteOrder(), read(text.memory()));
    synchronized (this) {
      requireOpen();
      table.add(group);
      ops.came(group);
      coming.add(group);
    }
    try {
      OriginalText known = original;
      if (known != null) {
        known.sitesAreKnown(group.memory());
      }
      synchronized (this) {
        group.beReady();
        follow(ops, List.of(group));
      }
    } catch (RuntimeException | Error failure) {
      synchronized (this) {
        forget(group);
      }
      throw failure;
    }
    return () -> remove(group);
  }

  /** Probes may be in the text: they know the bytes under them. */
  private byte[] read(JitMemory text) {
    OriginalText known = original;
    return known == null || text.state() != JitMemory.State.LIVE
        ? text.read(0, Math.toIntExact(text.bytes()))
        : known.read(text);
  }

  /**
   * Sets the source that text is read from while probes are in it.
   *
   * @param next the source, or null if there is none: text is read from its memory then
   */
  public void originalText(@Nullable OriginalText next) {
    original = next;
  }

  private void forget(SiteGroup group) {
    borrowed.forget(group);
    table.remove(group);
    ops.went(group);
    coming.remove(group);
    callers.call(group, Set.of());
    trampolines.retain(callers.called());
  }

  private synchronized void remove(SiteGroup group) {
    if (table.find(group.memory().address()) != group) {
      return;
    }
    readEvents();
    patcher.leave(List.of(group));
    forget(group);
  }

  @Override
  public synchronized void textsPublished() {
    requireOpen();
    List<SiteGroup> live =
        coming.stream()
            .filter(group -> group.isReady() && group.memory().state() == JitMemory.State.LIVE)
            .toList();
    follow(ops, live);
    live.forEach(coming::remove);
  }

  @Override
  public boolean hasSite(long address, int bytes) {
    return borrowed.hasSite(address, bytes);
  }

  @Override
  public synchronized Optional<Loan> borrow(long address, Borrower borrower) {
    return closed ? Optional.empty() : borrowed.lend(address, borrower).map(SiteLoan::new);
  }

  private final class SiteLoan implements Loan {
    private final BorrowedSites.Site lent;
    private boolean closed;

    SiteLoan(BorrowedSites.Site lent) {
      this.lent = lent;
    }

    @Override
    public byte[] idle() {
      return lent.idle();
    }

    @Override
    public void close() {
      synchronized (LocalFtrace.this) {
        if (!closed) {
          borrowed.giveBack(lent);
        }
        closed = true;
      }
    }
  }

  /** Changes all sites as these users need it, and stores the ops. */
  private void follow(FtraceOps wanted) {
    follow(wanted, table.groups());
    ops = wanted;
  }

  private void follow(FtraceOps wanted, Collection<SiteGroup> groups) {
    new Update(wanted, trampolines, callers, this::area).apply(groups, patcher);
  }

  private TraceArea area() {
    return memory().area();
  }

  private TraceMemory memory() {
    TraceMemory current = memory;
    if (current == null) {
      current = TraceMemory.allocate(allocator, tracers, size);
      try {
        current.on(on);
      } catch (RuntimeException | Error failure) {
        current.close();
        throw failure;
      }
      memory = current;
    }
    return current;
  }

  private void requireOpen() {
    if (closed) {
      throw new JitAllocException(
          Reason.WRONG_STATE,
          "the function tracer of %s was closed".formatted(allocator.target().name()));
    }
  }

  @Override
  public synchronized List<TracedFunction> functions() {
    List<TracedFunction> functions = new ArrayList<>();
    for (SiteGroup group : table.groups()) {
      for (int i = 0; i < group.size(); i++) {
        functions.add(function(group, i));
      }
    }
    return functions;
  }

  private static TracedFunction function(SiteGroup group, int index) {
    return new TracedFunction(
        group.address(index),
        group.function(index),
        group.owner(),
        Long.bitCount(group.users(index)),
        group.call(index));
  }

  @Override
  public Optional<TracedFunction> function(long address) {
    return History.siteAt(table, address).map(site -> function(site.group(), site.index()));
  }

  @Override
  public synchronized void filter(String words, boolean append) {
    requireOpen();
    follow(ops.withFilter(words, append));
  }

  @Override
  public synchronized List<String> filter() {
    return ops.filter().lines();
  }

  @Override
  public synchronized void notrace(String words, boolean append) {
    requireOpen();
    follow(ops.withNotrace(words, append));
  }

  @Override
  public synchronized List<String> notrace() {
    return ops.notrace().lines();
  }

  @Override
  public synchronized void tracer(CurrentTracer tracer) {
    requireOpen();
    follow(ops.with(tracer));
  }

  @Override
  public synchronized CurrentTracer tracer() {
    return ops.tracer();
  }

  @Override
  public synchronized void on(boolean value) {
    requireOpen();
    on = value;
    if (memory != null) {
      memory.on(value);
    }
  }

  @Override
  public synchronized boolean on() {
    return on;
  }

  @Override
  public synchronized Registration attach(FunctionCallback callback, String words) {
    requireOpen();
    Attachment attachment = ops.attachment(allocator, table, callback, words);
    try {
      follow(ops.with(attachment));
    } catch (RuntimeException | Error failure) {
      attachment.upcall().close();
      throw failure;
    }
    return () -> detach(attachment);
  }

  private synchronized void detach(Attachment attachment) {
    if (ops.attachments().contains(attachment)) {
      follow(ops.without(attachment));
      attachment.upcall().close();
    }
  }

  @Override
  public synchronized Trace trace() {
    List<ThreadCounts> counts = readEvents();
    return history.trace(ops.tracer(), counts, memory == null ? 0 : memory.unplaced());
  }

  @Override
  public synchronized Trace drain() {
    Trace trace = trace();
    history.clear();
    return trace;
  }

  private List<ThreadCounts> readEvents() {
    return memory == null ? List.of() : history.read(memory);
  }

  @Override
  public synchronized void clear() {
    readEvents();
    history.clear();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    List<Attachment> attachments = ops.attachments();
    if (!isOff()) {
      return;
    }
    attachments.forEach(a -> free(a.upcall()::close));
    if (memory != null) {
      free(memory::close);
    }
    memory = null;
  }

  /** A failure is logged: the others are freed, too. */
  private static void free(Runnable close) {
    try {
      close.run();
    } catch (RuntimeException | Error failure) {
      LOG.log(Level.WARNING, "what tracers used cannot be freed", failure);
    }
  }

  /**
   * Disables all sites. {@return whether all are disabled; if not, the code that some call must
   * stay}
   */
  private boolean isOff() {
    try {
      follow(FtraceOps.none(table));
      patcher.leave(table.groups());
      return true;
    } catch (RuntimeException | Error failure) {
      LOG.log(Level.WARNING, "not all call sites can be disabled in one batch", failure);
    }
    boolean all = true;
    for (SiteGroup group : table.groups()) {
      try {
        patcher.leave(List.of(group));
      } catch (RuntimeException | Error failure) {
        LOG.log(Level.ERROR, "call sites stay enabled: " + group, failure);
        all = false;
      }
    }
    if (all) {
      trampolines.retain(Set.of());
    }
    return all;
  }
}
