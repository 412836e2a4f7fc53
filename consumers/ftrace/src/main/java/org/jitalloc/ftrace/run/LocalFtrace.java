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
   * One monitor guards everything but the table of sites, which anyone may read. It is held while text is poked, so the text
   * lock comes after it; no code of others runs under it but what the allocator does.
   * What changes the users makes new ones, has all sites follow, and only then keeps them. A text that comes or goes is the
   * only one that is looked at.
   * Nothing here waits for threads that are traced: memory that they may still use is closed, which is to say, freed once
   * they are out.
   */
  private final JitAllocator allocator;
  private final Tracers tracers;
  private final CallSites form;
  private final TraceSize size;
  private final SiteTable table = new SiteTable();
  private final Loans loans = new Loans(table);
  private final Patcher patcher;
  private final Trampolines trampolines;
  private final Callers callers = new Callers();

  /** Texts that came since it was last looked which of them are live. */
  private final Set<SiteGroup> coming = new HashSet<>();

  private final History history;
  private Users users = Users.none(table);
  private @Nullable TraceMemory memory;
  private volatile @Nullable OriginalText original;
  private boolean on = true;
  private boolean closed;

  /**
   * Makes a tracer that traces nothing.
   *
   * @param allocator of the target
   * @param sites the call sites of its architecture
   * @param tracers the tracers of its architecture
   * @param size how much room a trace has
   */
  public LocalFtrace(JitAllocator allocator, CallSites sites, Tracers tracers, TraceSize size) {
    this.allocator = allocator;
    this.tracers = tracers;
    this.size = size;
    form = sites;
    patcher = new Patcher(allocator, loans::borrower);
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
      users.came(group);
      coming.add(group);
    }
    try {
      OriginalText known = original;
      if (known != null) {
        known.sitesAreKnown(group.memory());
      }
      synchronized (this) {
        group.beReady();
        follow(users, List.of(group));
      }
    } catch (RuntimeException failure) {
      synchronized (this) {
        forget(group);
      }
      throw failure;
    }
    return () -> remove(group);
  }

  /** Others may have put something there; they know what is under it. */
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
    loans.forget(group);
    table.remove(group);
    users.went(group);
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
    follow(users, live);
    live.forEach(coming::remove);
  }

  @Override
  public boolean hasSite(long address, int bytes) {
    return loans.hasSite(address, bytes);
  }

  @Override
  public synchronized Optional<Loan> borrow(long address, Borrower borrower) {
    return closed ? Optional.empty() : loans.lend(address, borrower).map(SiteLoan::new);
  }

  private final class SiteLoan implements Loan {
    private final Loans.Site lent;
    private boolean closed;

    SiteLoan(Loans.Site lent) {
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
          loans.giveBack(lent);
        }
        closed = true;
      }
    }
  }

  /** Has all sites do what these users want, and keeps them. */
  private void follow(Users wanted) {
    follow(wanted, table.groups());
    users = wanted;
  }

  private void follow(Users wanted, Collection<SiteGroup> groups) {
    new Update(wanted, trampolines, callers, this::area).apply(groups, patcher);
  }

  private TraceArea area() {
    return memory().area();
  }

  private TraceMemory memory() {
    TraceMemory current = memory;
    if (current == null) {
      current = TraceMemory.allocate(allocator, tracers, size);
      current.on(on);
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
    return History.place(table, address).map(place -> function(place.group(), place.index()));
  }

  @Override
  public synchronized void filter(String words, boolean append) {
    requireOpen();
    follow(users.withFilter(words, append));
  }

  @Override
  public synchronized List<String> filter() {
    return users.filter().lines();
  }

  @Override
  public synchronized void notrace(String words, boolean append) {
    requireOpen();
    follow(users.withNotrace(words, append));
  }

  @Override
  public synchronized List<String> notrace() {
    return users.notrace().lines();
  }

  @Override
  public synchronized void tracer(CurrentTracer tracer) {
    requireOpen();
    follow(users.with(tracer));
  }

  @Override
  public synchronized CurrentTracer tracer() {
    return users.tracer();
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
    Attachment attachment = users.attachment(allocator, table, callback, words);
    try {
      follow(users.with(attachment));
    } catch (RuntimeException failure) {
      attachment.upcall().close();
      throw failure;
    }
    return () -> detach(attachment);
  }

  private synchronized void detach(Attachment attachment) {
    if (users.attachments().contains(attachment)) {
      follow(users.without(attachment));
      attachment.upcall().close();
    }
  }

  @Override
  public synchronized Trace trace() {
    List<ThreadCounts> counts = readEvents();
    return history.trace(users.tracer(), counts, memory == null ? 0 : memory.unplaced());
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
    List<Attachment> attachments = users.attachments();
    if (!isOff()) {
      return;
    }
    attachments.forEach(a -> a.upcall().close());
    if (memory != null) {
      memory.close();
    }
    memory = null;
  }

  /**
   * Switches all sites off. {@return whether that was done; if not, what some still call has to
   * stay}
   */
  private boolean isOff() {
    try {
      follow(Users.none(table));
      patcher.leave(table.groups());
      return true;
    } catch (JitAllocException failure) {
      LOG.log(Level.WARNING, "not all functions can be switched off together", failure);
    }
    boolean all = true;
    for (SiteGroup group : table.groups()) {
      try {
        patcher.leave(List.of(group));
      } catch (JitAllocException failure) {
        LOG.log(Level.ERROR, "these stay as they are: " + group, failure);
        all = false;
      }
    }
    if (all) {
      trampolines.retain(Set.of());
    }
    return all;
  }
}
