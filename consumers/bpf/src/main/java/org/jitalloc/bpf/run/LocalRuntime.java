package org.jitalloc.bpf.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.Privilege;
import org.jitalloc.Purpose;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.bpf.BpfHelper;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfLoadOptions.MemoryChecks;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.bpf.check.CheckedProgram;
import org.jitalloc.bpf.check.ProgramChecker;
import org.jitalloc.bpf.interp.Interpreter;
import org.jitalloc.support.TextPublisher;

/** The runtime, whoever feeds it with generators and helpers. */
public final class LocalRuntime implements BpfRuntime, AutoCloseable {

  private final ThreadLocal<RunStack> runs = ThreadLocal.withInitial(RunStack::new);
  private final Redirections redirections = new Redirections();
  private final Map<Long, LoadedProgram> programs = new ConcurrentSkipListMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final Loader self;
  private final Compiler compiler;
  private final HelperRegistry helpers;
  private final TextPublisher texts;
  private volatile boolean allowUnchecked;

  /** Written under the monitor, so that no program is added to a runtime that is closed. */
  private volatile boolean closed;

  /**
   * Makes it, without generators and helpers.
   *
   * @param texts where the code of programs is handed in
   */
  public LocalRuntime(JitAllocator allocator, boolean allowUnchecked, TextPublisher texts) {
    this.texts = texts;
    this.self = new Loader(allocator);
    this.compiler = new Compiler(allocator);
    this.helpers = new HelperRegistry(allocator, runs);
    this.allowUnchecked = allowUnchecked;
  }

  public void add(BpfCodeGenerator generator) {
    compiler.add(generator);
  }

  public void remove(BpfCodeGenerator generator) {
    compiler.remove(generator);
  }

  public void add(BpfHelper helper) {
    helpers.add(helper);
  }

  public void remove(BpfHelper helper) {
    helpers.remove(helper);
  }

  /** Says whether programs may be loaded unchecked from now on. */
  public void allowUnchecked(boolean allow) {
    allowUnchecked = allow;
  }

  @Override
  public BpfProgram load(byte[] instructions, BpfLoadOptions options) {
    return load(instructions, options, self);
  }

  /**
   * Loads a program for somebody.
   *
   * @param loader whose it is
   */
  public BpfProgram load(byte[] instructions, BpfLoadOptions options, Loader loader) {
    checkOpen();
    if (options.checks() == MemoryChecks.UNCHECKED) {
      requireUnchecked(options.name(), loader);
    }
    Optional<BpfCodeGenerator> generator =
        switch (options.engine()) {
          case INTERPRETER -> Optional.empty();
          case AUTO -> compiler.generator(options.byteOrder());
          case JIT -> Optional.of(compiler.requireGenerator(options.byteOrder()));
        };
    CheckedProgram program =
        ProgramChecker.check(instructions.clone(), options.byteOrder(), helpers.names());
    Set<Integer> wanted = program.callsByRegister() ? helpers.names().keySet() : program.helpers();
    HelperLease lease = helpers.lease(wanted, generator.isPresent());
    LoadedProgram loaded;
    try {
      loaded = assemble(program, options, lease, generator, loader);
    } catch (Throwable failed) {
      lease.close();
      throw failed;
    }
    loaded.hand(texts);
    return register(loaded);
  }

  private void requireUnchecked(String program, Loader loader) {
    if (!allowUnchecked) {
      throw new JitAllocException(
          JitAllocException.Reason.DENIED,
          "program %s wants to run UNCHECKED: rule allowUnchecked=false of configuration org.jitalloc.bpf"
              .formatted(program));
    }
    loader.allocator().require(Privilege.UNCHECKED_CODE, Purpose.BPF);
  }

  private LoadedProgram assemble(
      CheckedProgram program,
      BpfLoadOptions options,
      HelperLease lease,
      Optional<BpfCodeGenerator> generator,
      Loader loader) {
    AtomicReference<LoadedProgram> self = new AtomicReference<>();
    Body body =
        generator
            .<Body>map(
                g ->
                    new Body.Compiled(
                        Compiler.compile(
                            loader.allocator(),
                            g,
                            program,
                            lease,
                            options,
                            () -> lastOf(self.get()).faults())))
            .orElseGet(
                () ->
                    new Body.Interpreted(
                        new Interpreter(options.name(), program.insns(), options.byteOrder())));
    var link = new Redirections.Link(program.stackBytes());
    LoadedProgram loaded =
        new LoadedProgram(this, loader, ids.incrementAndGet(), options, program, lease, body, link);
    self.set(loaded);
    return loaded;
  }

  /** The program that runs when somebody runs this one. */
  private static LoadedProgram lastOf(LoadedProgram program) {
    LoadedProgram last = program;
    for (LoadedProgram next = program; next != null; next = next.link().target()) {
      last = next;
    }
    return last;
  }

  private LoadedProgram register(LoadedProgram loaded) {
    synchronized (this) {
      if (!closed) {
        programs.put(loaded.id(), loaded);
        return loaded;
      }
    }
    loaded.free();
    throw closedException();
  }

  private void checkOpen() {
    if (closed) {
      throw closedException();
    }
  }

  private static IllegalStateException closedException() {
    return new IllegalStateException("the BPF runtime is closed");
  }

  @Override
  public List<BpfProgram> programs() {
    return List.copyOf(programs.values());
  }

  @Override
  public Map<Integer, String> helpers() {
    return helpers.names();
  }

  /** Closes the programs that were loaded for somebody. */
  public void closeAllOf(Loader loader) {
    programs.values().stream().filter(program -> program.loader() == loader).forEach(this::close);
  }

  /** Closes all programs and takes no new ones. Closing again does nothing. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    programs.values().forEach(this::close);
    helpers.clear();
  }

  void close(LoadedProgram program) {
    if (redirections.close(program)) {
      programs.remove(program.id());
      program.free();
    }
  }

  RunStack runs() {
    return runs.get();
  }

  Redirections redirections() {
    return redirections;
  }
}
