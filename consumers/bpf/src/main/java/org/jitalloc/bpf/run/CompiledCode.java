package org.jitalloc.bpf.run;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.Poke;
import org.jitalloc.Target;
import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfStopSite;
import org.jitalloc.bpf.BpfStoppedException;
import org.jitalloc.bpf.BpfStoppedException.Reason;
import org.jitalloc.bpf.interp.FaultDescriber;
import org.jitalloc.bpf.memory.Regions;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TraceableText;

/** The machine code of a program, published. */
final class CompiledCode {

  /** The frame and the memory as segments, so that the call keeps them alive. */
  private static final FunctionDescriptor SIGNATURE =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);

  private final JitAllocator allocator;
  private final JitMemory memory;
  private final MethodHandle function;
  private final int entry;
  private final int patchSite;
  private final List<BpfStopSite> stopSites;
  private final boolean traceable;
  private final IntFunction<FaultDescriber> describer;

  /**
   * Makes it of live memory.
   *
   * @param traceable whether a call site stands behind the patch site
   * @param describer describes the faults of the program with an id: this one or one that it led to
   */
  CompiledCode(
      JitAllocator allocator,
      JitMemory memory,
      BpfCode code,
      boolean traceable,
      IntFunction<FaultDescriber> describer) {
    this.allocator = allocator;
    this.memory = memory;
    this.function = memory.function(code.entry(), SIGNATURE);
    this.entry = code.entry();
    this.patchSite = code.patchSite();
    this.stopSites = code.stopSites();
    this.traceable = traceable;
    this.describer = describer;
  }

  long run(Run run) {
    Regions regions = run.regions();
    long r0 = call(run.frame(), regions.memory(), regions.memoryBytes());
    long status = run.status();
    return status == BpfFrame.RUNNING ? r0 : outcome(run, status);
  }

  private long call(MemorySegment frame, MemorySegment r1, long r2) {
    try {
      return (long) function.invokeExact(frame, r1, r2);
    } catch (RuntimeException | Error unchecked) {
      throw unchecked;
    } catch (Throwable impossible) {
      throw new AssertionError("machine code throws nothing", impossible);
    }
  }

  private long outcome(Run run, long status) {
    run.clearStatus();
    if (status == BpfFrame.EXITED) {
      return run.field(BpfFrame.RESULT);
    }
    FaultDescriber failed = describer.apply((int) (status >>> BpfFrame.STATUS_ID_SHIFT));
    int index = (int) run.field(BpfFrame.INSN);
    long address = run.field(BpfFrame.ADDRESS);
    if ((status & BpfFrame.STATUS_MASK) == BpfFrame.FAULT) {
      throw failed.access(index, address, run.regions());
    }
    if ((status & BpfFrame.STATUS_MASK) == BpfFrame.BAD_HELPER) {
      throw failed.helper(index, address);
    }
    if ((status & BpfFrame.STATUS_MASK) == BpfFrame.STOPPED) {
      throw stopped(failed, index, run.stopReason(), run);
    }
    if ((status & BpfFrame.STATUS_MASK) == BpfFrame.EXHAUSTED) {
      throw stopped(failed, index, Reason.STEP_LIMIT, run);
    }
    if ((status & BpfFrame.STATUS_MASK) == BpfFrame.STACK_LOW) {
      throw failed.stackOverflow(index);
    }
    throw new AssertionError("compiled code ended with the unknown status " + status);
  }

  private static BpfStoppedException stopped(
      FaultDescriber describer, int index, Reason reason, Run run) {
    return describer.stopped(index, reason, run.describe(reason));
  }

  long address() {
    return memory.address() + entry;
  }

  int bytes() {
    return (int) memory.bytes();
  }

  Target target() {
    return allocator.target();
  }

  /**
   * Its text, as one function. It begins behind the patch site, which is the runtime's to change,
   * with the call site if there is one. So of programs that others run instead of, those are
   * traced.
   */
  TraceableText text(String name) {
    int start = patchSite + allocator.poker().siteBytes();
    var function = new TextFunction(name, start, bytes() - start);
    return new ProgramText(memory, List.of(function), traceable ? callSite(start) : new byte[0]);
  }

  private byte[] callSite(int offset) {
    return ByteBuffer.allocate(Long.BYTES)
        .order(target().byteOrder())
        .putLong(memory.address() + offset)
        .array();
  }

  /** Changes what stands at the patch site. */
  void poke(Instruction expected, Instruction replacement) {
    allocator.poker().poke(new Poke(memory, patchSite, expected, replacement));
  }

  /** Has runs look at each poll point whether they are to stop; to be called once before disarm. */
  void armStops() {
    pokeStops((site, nop, jump) -> new Poke(memory, site, nop, jump));
  }

  /** Has runs look no more. */
  void disarmStops() {
    pokeStops((site, nop, jump) -> new Poke(memory, site, jump, nop));
  }

  private interface Change {
    Poke poke(int site, Instruction nop, Instruction jump);
  }

  private void pokeStops(Change change) {
    if (!stopSites.isEmpty() && isLive()) {
      allocator.poker().poke(stopSites.stream().map(s -> poke(change, s)).toList());
    }
  }

  private Poke poke(Change change, BpfStopSite site) {
    var jump = new Instruction.Jump(memory.address() + site.stub());
    return change.poke(site.site(), new Instruction.Nop(), jump);
  }

  /** Whether its memory is there; else the target went away, and took it along. */
  boolean isLive() {
    return memory.state() == JitMemory.State.LIVE;
  }

  /** Frees it, unless the target went away and did that. */
  void free() {
    try {
      memory.close();
    } catch (JitAllocException failure) {
      if (failure.reason() != JitAllocException.Reason.WRONG_STATE) {
        throw failure;
      }
    }
  }
}
