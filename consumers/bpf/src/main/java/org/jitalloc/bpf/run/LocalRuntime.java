package org.jitalloc.bpf.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.jitalloc.bpf.helper.Cleanup;
import org.jitalloc.bpf.helper.HelperLease;
import org.jitalloc.bpf.helper.HelperRegistry;
import org.jitalloc.bpf.interp.FaultDescriber;
import org.jitalloc.bpf.interp.Interpreter;
import org.jitalloc.support.TextPublisher;

/** A BPF runtime. Its user adds code generators and helpers. */
public final class LocalRuntime implements BpfRuntime, AutoCloseable {

  private final ProgramTable programs;
  private final ProgramOwner self;
  private final Compiler compiler;
  private final HelperRegistry helpers;
  private final TextPublisher texts;
  private volatile boolean allowUnchecked;
  private volatile RunPolicy policy = RunPolicy.DEFAULT;

  /**
   * Makes a runtime without generators and helpers.
   *
   * @param texts publishes the code of programs to tracers and probes
   */
  public LocalRuntime(JitAllocator allocator, boolean allowUnchecked, TextPublisher texts) {
    this.texts = texts;
    this.programs = new ProgramTable(allocator::upcallStackFloor);
    this.self = new ProgramOwner(allocator);
    this.compiler = new Compiler(allocator);
    this.helpers =
        new HelperRegistry(
            allocator,
            (slot, r1, r2, r3, r4, r5) ->
                programs.runs().current().callFromCode(slot, r1, r2, r3, r4, r5));
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

  /**
   * Adds a helper whose number no other helper has.
   *
   * @throws IllegalArgumentException if one has it; nothing is added
   */
  public void addOnly(BpfHelper helper) {
    helpers.addOnly(helper);
  }

  public void remove(BpfHelper helper) {
    helpers.remove(helper);
  }

  /** Says whether programs may be loaded unchecked from now on. */
  public void allowUnchecked(boolean allow) {
    allowUnchecked = allow;
  }

  /** Says which limits the runs of programs have that are loaded from now on. */
  public void limitRuns(RunPolicy newPolicy) {
    policy = newPolicy;
  }

  @Override
  public BpfProgram load(byte[] instructions, BpfLoadOptions options) {
    return load(instructions, options, self);
  }

  /**
   * Loads a program for an owner.
   *
   * @param owner gives memory to the program; {@link #closeAllOf} closes it
   */
  public BpfProgram load(byte[] instructions, BpfLoadOptions options, ProgramOwner owner) {
    programs.checkOpen();
    if (options.checks() == MemoryChecks.UNCHECKED) {
      requireUnchecked(options.name(), owner);
    }
    RunLimits limits = policy.limits(options);
    Optional<BpfCodeGenerator> generator =
        switch (options.engine()) {
          case INTERPRETER -> Optional.empty();
          case AUTO -> compiler.generator(options.byteOrder());
          case JIT -> Optional.of(compiler.requireGenerator(options.byteOrder()));
        };
    CheckedProgram program =
        ProgramChecker.check(instructions.clone(), options.byteOrder(), helpers.names());
    HelperLease lease =
        helpers.lease(program.helpers(), program.callsByRegister(), generator.isPresent());
    LoadedProgram loaded;
    try {
      loaded = assemble(program, options, limits, lease, generator, owner);
    } catch (Throwable failed) {
      try {
        lease.close();
      } catch (Throwable again) {
        failed.addSuppressed(again);
      }
      throw failed;
    }
    return publish(loaded);
  }

  private LoadedProgram publish(LoadedProgram loaded) {
    try {
      loaded.hand(texts);
      programs.add(loaded);
      return loaded;
    } catch (Throwable failed) {
      try {
        loaded.free();
      } catch (Throwable again) {
        failed.addSuppressed(again);
      }
      throw failed;
    }
  }

  private void requireUnchecked(String program, ProgramOwner owner) {
    if (!allowUnchecked) {
      throw new JitAllocException(
          JitAllocException.Reason.DENIED,
          "program %s wants to run UNCHECKED: rule allowUnchecked=false of configuration org.jitalloc.bpf"
              .formatted(program));
    }
    owner.allocator().require(Privilege.UNCHECKED_CODE, Purpose.BPF);
  }

  private LoadedProgram assemble(
      CheckedProgram program,
      BpfLoadOptions options,
      RunLimits limits,
      HelperLease lease,
      Optional<BpfCodeGenerator> generator,
      ProgramOwner owner) {
    long id = programs.nextId();
    var own = new FaultDescriber(options.name(), program.insns());
    Executable body =
        generator
            .<Executable>map(
                g ->
                    new Executable.Compiled(
                        Compiler.compile(
                            owner.allocator(),
                            g,
                            program,
                            lease,
                            options,
                            limits,
                            ProgramTable.sourceId(id),
                            failed ->
                                failed == ProgramTable.sourceId(id)
                                    ? own
                                    : programs.describer(failed))))
            .orElseGet(
                () ->
                    new Executable.Interpreted(
                        new Interpreter(options.name(), program.insns(), options.byteOrder())));
    var link = new Redirections.Link(program.stackBytes());
    return new LoadedProgram(programs, owner, id, options, limits, program, lease, body, link);
  }

  @Override
  public List<BpfProgram> programs() {
    return programs.programs();
  }

  @Override
  public Map<Integer, String> helpers() {
    return helpers.names();
  }

  /** Closes the programs of one owner, which can load no more, and stops their runs. */
  public void closeAllOf(ProgramOwner owner) {
    programs.closeAllOf(owner);
  }

  /** {@return whether a program of an owner is still there, as it could not be closed} */
  public boolean hasAnyOf(ProgramOwner owner) {
    return programs.hasAnyOf(owner);
  }

  /**
   * Closes all programs, stops their runs, and takes no new programs. Closing again does nothing.
   */
  @Override
  public void close() {
    try (var cleanup = new Cleanup()) {
      cleanup.step(programs::closeAll);
      cleanup.step(helpers::close);
    }
  }
}
