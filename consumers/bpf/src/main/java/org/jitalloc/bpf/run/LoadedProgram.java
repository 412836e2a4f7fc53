package org.jitalloc.bpf.run;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfLoadOptions.MemoryChecks;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.check.CheckedProgram;
import org.jitalloc.bpf.helper.Cleanup;
import org.jitalloc.bpf.helper.HelperLease;
import org.jitalloc.bpf.insn.Disassembler;
import org.jitalloc.bpf.interp.FaultDescriber;
import org.jitalloc.support.TextPublisher;

/** A program, ready to run. */
final class LoadedProgram implements StoppableProgram {

  private final ProgramTable table;
  private final ProgramOwner owner;
  private final long id;
  private final BpfLoadOptions options;
  private final RunLimits limits;
  private final CheckedProgram program;
  private final HelperLease helpers;
  private final Executable body;
  private final Redirections.Link link;

  /** Whether machine code calls helpers. */
  private final boolean callsJava;

  private TextPublisher.Handed handed = TextPublisher.Handed.NOTHING;
  private volatile boolean closed;
  private volatile boolean closedForcibly;

  /** Guarded by the stopper. */
  private boolean armedForGood;

  LoadedProgram(
      ProgramTable table,
      ProgramOwner owner,
      long id,
      BpfLoadOptions options,
      RunLimits limits,
      CheckedProgram program,
      HelperLease helpers,
      Executable body,
      Redirections.Link link) {
    this.table = table;
    this.owner = owner;
    this.id = id;
    this.options = options;
    this.limits = limits;
    this.program = program;
    this.helpers = helpers;
    this.body = body;
    this.link = link;
    this.callsJava = body instanceof Executable.Compiled && !helpers.addresses().isEmpty();
  }

  /** Publishes its code to tracers and probes, if it has any. Called before it is in the table. */
  void hand(TextPublisher texts) {
    if (body instanceof Executable.Compiled(CompiledCode code)) {
      handed = texts.hand(code.text("bpf_prog_%d_%s".formatted(id, name())), code.target());
    }
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public String name() {
    return options.name();
  }

  @Override
  public Engine engine() {
    return body instanceof Executable.Compiled ? Engine.JIT : Engine.INTERPRETER;
  }

  @Override
  public MemoryChecks checks() {
    return body instanceof Executable.Compiled ? options.checks() : MemoryChecks.CHECKED;
  }

  @Override
  public ByteOrder byteOrder() {
    return options.byteOrder();
  }

  @Override
  public int instructionCount() {
    return program.insns().size();
  }

  @Override
  public List<String> disassembly() {
    return Disassembler.lines(program.insns());
  }

  @Override
  public int codeBytes() {
    return body instanceof Executable.Compiled(CompiledCode code) ? code.bytes() : 0;
  }

  @Override
  public OptionalLong address() {
    return body instanceof Executable.Compiled(CompiledCode code)
        ? OptionalLong.of(code.address())
        : OptionalLong.empty();
  }

  @Override
  public long run(MemorySegment memory) {
    if (memory.isReadOnly()) {
      throw new IllegalArgumentException(
          "program %s: the memory is read-only, and a program may write: give it a copy"
              .formatted(name()));
    }
    checkOpen();
    RunStacks stacks = table.runs();
    RunStack stack = stacks.acquire();
    int active = stack.active;
    try {
      Run run = stack.push();
      if (callsJava || link.wasRedirected()) {
        run.setStackFloor(stack.floor());
      }
      return runOn(run, memory);
    } finally {
      stack.active = active;
      stacks.release(stack);
    }
  }

  private long runOn(Run run, MemorySegment memory) {
    long r0;
    try {
      r0 = run.start(this, helpers, depth(), body, memory);
    } catch (JitAllocException refused) {
      run.end(link.stackBytes());
      checkOpen(); // closed between the first look and the call
      throw refused;
    } catch (RuntimeException failure) {
      run.end(link.stackBytes());
      throw failure;
    }
    run.end(link.stackBytes());
    return r0;
  }

  private void checkOpen() {
    if (closed) {
      throw closedException();
    }
  }

  IllegalStateException closedException() {
    return new IllegalStateException("program %d (%s) is closed".formatted(id, name()));
  }

  @Override
  public void redirectTo(BpfProgram other) {
    if (!(other instanceof LoadedProgram target) || target.table != table) {
      throw new IllegalArgumentException(
          "program %s is not of the same runtime as %s".formatted(other.name(), name()));
    }
    table.redirections().redirect(this, target);
  }

  @Override
  public void restore() {
    table.redirections().restore(this);
  }

  @Override
  public Optional<BpfProgram> redirection() {
    return Optional.ofNullable(link.target());
  }

  @Override
  public void close() {
    table.close(this);
  }

  @Override
  public void closeForcibly() {
    closedForcibly = true;
    try {
      table.close(this);
    } finally {
      table.stopper().look();
    }
  }

  @Override
  public boolean isClosedForcibly() {
    return closedForcibly;
  }

  @Override
  public RunLimits limits() {
    return limits;
  }

  @Override
  public void armStops() {
    if (body instanceof Executable.Compiled(CompiledCode code)) {
      code.armStops();
    }
  }

  @Override
  public void disarmStops() {
    if (body instanceof Executable.Compiled(CompiledCode code)) {
      code.disarmStops();
    }
  }

  @Override
  public boolean isArmedForGood() {
    return armedForGood;
  }

  @Override
  public void setArmedForGood() {
    armedForGood = true;
  }

  /** {@return whether runs of it pass poll points} */
  boolean polls() {
    return !BpfOp.pollPoints(program.insns()).isEmpty();
  }

  /** To be called under the lock of the redirections. */
  void markClosed() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  /** Frees all parts. Called when the program can no longer be run. */
  void free() {
    try (var cleanup = new Cleanup()) {
      cleanup.step(handed::close);
      if (body instanceof Executable.Compiled(CompiledCode code)) {
        cleanup.step(code::free);
      }
      cleanup.step(helpers::close);
    }
  }

  ProgramOwner owner() {
    return owner;
  }

  Executable body() {
    return body;
  }

  @Override
  public boolean wasRedirected() {
    return link.wasRedirected();
  }

  Redirections.Link link() {
    return link;
  }

  int depth() {
    return program.depth();
  }

  FaultDescriber faults() {
    return new FaultDescriber(name(), program.insns());
  }

  @Override
  public String toString() {
    return "BpfProgram[%d %s, %s, %d instructions]"
        .formatted(id, name(), engine(), instructionCount());
  }
}
