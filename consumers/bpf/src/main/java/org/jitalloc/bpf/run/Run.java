package org.jitalloc.bpf.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.Consumer;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.bpf.BpfHelperException;
import org.jitalloc.bpf.BpfStoppedException.Reason;
import org.jitalloc.bpf.helper.HelperLease;
import org.jitalloc.bpf.helper.HelperSlot;
import org.jitalloc.bpf.interp.ExecutionContext;
import org.jitalloc.bpf.memory.Regions;
import org.jspecify.annotations.Nullable;

/**
 * One run of a program, with its native memory. Confined to a thread, and reused for later runs.
 */
final class Run implements ExecutionContext {
  /*
   * Policy: the frame and the stack are one native block that lives as long as this object. The
   * stack is zero between runs: what a run may have written is cleared after it, because with a
   * redirection it is not known before which program runs. The fields of the frame that describe
   * memory and stack are written only when they change. Invariants, between runs that are not
   * dirty:
   *   I1 the stack is zero   I2 STATUS is RUNNING   I3 no program, memory or failure of an earlier
   *   run is referenced
   *   I4 the frame has what depth, frameMemoryStart and frameMemoryBytes say
   * Stopping: each run of this object has a number. The frame's STOP holds it with the sign set.
   * Another thread asks the run to end by exchanging that value for STOP_REQUEST with the number,
   * in one step: if the run has ended meanwhile the value is another one, and nothing happens. So a
   * run pays one store. What the other thread reads of the run (its program, its thread) is written
   * before STOP, and is that of the run if the exchange succeeds. This object's monitor guards the
   * reason, and what is known of the run that is watched.
   * An Error, such as a StackOverflowError, may come between any two calls. The run is dirty then,
   * until makeClean. What has to be done after an Error is a store of a field and no call, as there
   * may be no stack for one.
   */
  private static final long STACK_BYTES = (long) BpfFrame.MAX_DEPTH * BpfFrame.STACK_BYTES;
  private static final long BLOCK_BYTES = BpfFrame.BYTES + STACK_BYTES;

  /** Copies of heap memory up to this size are made into a buffer that is kept. */
  private static final long KEPT_COPY_BYTES = 1 << 20;

  /** Up to here single stores are faster than the call of a bulk one. */
  private static final int FEW_BYTES = 64;

  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;

  /** A field of the frame that other threads read and write. */
  private static final VarHandle SHARED = WORD.varHandle();

  /** The frame, and behind it the stack. */
  private final MemorySegment block = Arena.ofAuto().allocate(BLOCK_BYTES, 64);

  private final Regions regions = new Regions(block.asSlice(BpfFrame.BYTES));
  private MemorySegment copy = MemorySegment.NULL;
  private int depth;

  /** What the frame says of the memory: most runs are on the same as the one before. */
  private long frameMemoryStart;

  private long frameMemoryBytes;

  /** What the frame has as the end of the machine's stack. */
  private long frameStackFloor;

  /** Whether the invariants may be broken. */
  private boolean dirty;

  private @Nullable StoppableProgram program;
  private @Nullable HelperLease helpers;

  /** The number of the run that is active, or was last. */
  private long number;

  private long watchedNumber;
  private long watchedSince;
  private Reason reason = Reason.CLOSED;
  private boolean ended;
  private long result;
  private @Nullable HelperSlot failed;
  private @Nullable Throwable failure;

  Run() {
    block.set(WORD, BpfFrame.STACK_TOP, regions.stackTop());
  }

  /**
   * Runs a program. It is the current one until {@link #end}.
   *
   * @param started the program
   * @param lease the helpers that it may call
   * @param functions the most functions that can be active at once
   * @param body its code
   * @param memory any memory
   * @return r0
   */
  long start(
      StoppableProgram started,
      HelperLease lease,
      int functions,
      Executable body,
      MemorySegment memory) {
    dirty = true;
    program = started;
    helpers = lease;
    reachStack(functions);
    RunLimits limits = started.limits();
    if (limits.countsSteps()) {
      block.set(WORD, BpfFrame.STEPS, limits.steps());
    }
    number++;
    SHARED.setRelease(block, (long) BpfFrame.STOP, Long.MIN_VALUE | number);
    return memory.isNative() ? startOn(body, memory) : startOnCopy(body, memory);
  }

  private long startOnCopy(Executable body, MemorySegment memory) {
    MemorySegment buffer = buffer(memory.byteSize());
    buffer.copyFrom(memory);
    try {
      return startOn(body, buffer);
    } finally {
      memory.copyFrom(buffer);
    }
  }

  private long startOn(Executable body, MemorySegment memory) {
    regions.reachMemory(memory);
    long r0 = body.run(this);
    return failure == null ? r0 : fail(failure);
  }

  private long fail(Throwable cause) {
    HelperSlot slot = Objects.requireNonNull(failed);
    throw new BpfHelperException(program().name(), slot.id(), slot.name(), cause);
  }

  /**
   * Restores the invariants after a run that returned or threw an exception. After an Error, {@link
   * #makeClean} does it.
   */
  void end(int stackBytes) {
    if (stackBytes != 0) {
      clearStack(stackBytes);
    }
    regions.reachNoMemory();
    program = null;
    helpers = null;
    if (ended) {
      ended = false;
      failed = null;
      failure = null;
    }
    dirty = false;
  }

  /** Restores the invariants if an Error ended the last run. */
  void makeClean() {
    if (dirty) {
      program = null;
      helpers = null;
      ended = false;
      failed = null;
      failure = null;
      depth = 0;
      frameMemoryStart = 0;
      frameMemoryBytes = 0;
      frameStackFloor = 0;
      regions.reachNoMemory();
      regions.reachStack(0);
      block.fill((byte) 0);
      block.set(WORD, BpfFrame.STACK_TOP, regions.stackTop());
      dirty = false;
    }
  }

  private void clearStack(int bytes) {
    if (bytes > FEW_BYTES) {
      block.asSlice(BLOCK_BYTES - bytes).fill((byte) 0);
      return;
    }
    for (long at = BLOCK_BYTES - bytes; at < BLOCK_BYTES; at += Long.BYTES) {
      block.set(WORD, at, 0);
    }
  }

  private MemorySegment buffer(long bytes) {
    if (bytes > KEPT_COPY_BYTES) {
      return Arena.ofAuto().allocate(bytes, Long.BYTES);
    }
    if (copy.byteSize() < bytes) {
      long capacity = Math.max(256, Long.highestOneBit(bytes - 1) << 1);
      copy = Arena.ofAuto().allocate(capacity, Long.BYTES);
    }
    return copy.asSlice(0, bytes);
  }

  private void reachStack(int functions) {
    if (functions == depth) {
      return;
    }
    depth = functions;
    regions.reachStack((long) functions * BpfFrame.STACK_BYTES);
    block.set(WORD, BpfFrame.STACK_START, regions.stackStart());
    writeLimits(BpfFrame.STACK_LIMITS, regions.stackBytes());
  }

  private void writeLimits(int field, long bytes) {
    block.set(WORD, field, bytes);
    block.set(WORD, field + 8, Math.max(0, bytes - 1));
    block.set(WORD, field + 16, Math.max(0, bytes - 3));
    block.set(WORD, field + 24, Math.max(0, bytes - 7));
  }

  /** Makes the frame ready for compiled code. */
  MemorySegment frame() {
    long start = regions.memoryStart();
    if (start != frameMemoryStart) {
      frameMemoryStart = start;
      block.set(WORD, BpfFrame.MEMORY_START, start);
    }
    long bytes = regions.memoryBytes();
    if (bytes != frameMemoryBytes) {
      frameMemoryBytes = bytes;
      writeLimits(BpfFrame.MEMORY_LIMITS, bytes);
    }
    return block;
  }

  /** Sets the end of the machine's stack, down to which helpers are called by compiled code. */
  void setStackFloor(long floor) {
    if (floor != frameStackFloor) {
      frameStackFloor = floor;
      block.set(WORD, BpfFrame.STACK_FLOOR, floor);
    }
  }

  /** How compiled code ended. */
  long status() {
    return block.get(WORD, BpfFrame.STATUS);
  }

  /** Takes notice of a status that is not RUNNING: the next run starts with that again. */
  void clearStatus() {
    block.set(WORD, BpfFrame.STATUS, BpfFrame.RUNNING);
  }

  /** A field of the frame. */
  long field(int offset) {
    return block.get(WORD, offset);
  }

  /** Calls a helper for compiled code, which looks at the status when this returns. */
  long callFromCode(HelperSlot slot, long r1, long r2, long r3, long r4, long r5) {
    try {
      long r0 = ended ? 0 : call(slot, r1, r2, r3, r4, r5);
      if (ended) {
        block.set(WORD, BpfFrame.STATUS, BpfFrame.EXITED);
        block.set(WORD, BpfFrame.RESULT, result);
      }
      return r0;
    } catch (Throwable thrown) {
      failed = slot;
      failure = thrown;
      result = 0;
      ended = true;
      return 0;
    }
  }

  /** Calls a helper. Throws nothing but Errors of the stack. */
  private long call(HelperSlot slot, long r1, long r2, long r3, long r4, long r5) {
    var call = new HelperCall(this);
    try {
      return slot.helper().call(call, r1, r2, r3, r4, r5);
    } catch (Throwable thrown) {
      // Stores only: see above.
      failed = slot;
      failure = thrown;
      result = 0;
      ended = true;
      return 0;
    } finally {
      call.run = null;
    }
  }

  @Override
  public Regions regions() {
    return regions;
  }

  /**
   * Looks at the active run from another thread, and asks it to end if there is a reason to.
   *
   * @param owner where the thread of the run is known
   * @param now the time in nanoseconds
   * @param stopping is told the program of a run that is asked to end and has not yet
   * @return whether there is a run
   */
  synchronized boolean watch(RunStack owner, long now, Consumer<StoppableProgram> stopping) {
    long stop = (long) SHARED.getAcquire(block, (long) BpfFrame.STOP);
    StoppableProgram watched = program;
    if (stop == 0 || watched == null) {
      return false;
    }
    long watchedRun = stop & ~(Long.MIN_VALUE | BpfFrame.STOP_REQUEST);
    if (watchedRun != watchedNumber) {
      watchedNumber = watchedRun;
      watchedSince = now;
    }
    if (stop > 0 || ask(watched, owner.thread(), now, stop)) {
      stopping.accept(watched);
    }
    return true;
  }

  /** {@return whether the run was asked to end} */
  private boolean ask(StoppableProgram watched, @Nullable Thread thread, long now, long stop) {
    Reason why = reasonToStop(watched, thread, now);
    long request = BpfFrame.STOP_REQUEST | stop & ~Long.MIN_VALUE;
    if (why == null || !SHARED.compareAndSet(block, (long) BpfFrame.STOP, stop, request)) {
      return false;
    }
    reason = why;
    return true;
  }

  private @Nullable Reason reasonToStop(
      StoppableProgram watched, @Nullable Thread thread, long now) {
    if (watched.isClosedForcibly()) {
      return Reason.CLOSED;
    }
    if (thread != null && thread.isInterrupted()) {
      return Reason.INTERRUPTED;
    }
    long nanos = watched.limits().nanos();
    return nanos != 0 && now - watchedSince >= nanos ? Reason.TIME_LIMIT : null;
  }

  /** {@return why this run was asked to end} */
  synchronized Reason stopReason() {
    return reason;
  }

  @Override
  public @Nullable Reason poll() {
    if ((long) SHARED.getOpaque(block, (long) BpfFrame.STOP) > 0) {
      return stopReason();
    }
    if (Thread.currentThread().isInterrupted()) {
      return Reason.INTERRUPTED;
    }
    if (!program().limits().countsSteps()) {
      return null;
    }
    long left = block.get(WORD, BpfFrame.STEPS) - 1;
    block.set(WORD, BpfFrame.STEPS, left);
    return left < 0 ? Reason.STEP_LIMIT : null;
  }

  @Override
  public String describe(Reason why) {
    return program().limits().describe(why);
  }

  @Override
  public boolean hasHelper(long id) {
    return id == (int) id && currentHelpers().find((int) id) != null;
  }

  @Override
  public long call(int id, long r1, long r2, long r3, long r4, long r5) {
    HelperSlot slot = Objects.requireNonNull(currentHelpers().find(id));
    return call(slot, r1, r2, r3, r4, r5);
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public long result() {
    return result;
  }

  private HelperLease currentHelpers() {
    return Objects.requireNonNull(helpers);
  }

  /** {@return the program that was started} */
  StoppableProgram program() {
    return Objects.requireNonNull(program);
  }

  /** Ends the program when the helper returns. */
  void exit(long r0) {
    result = r0;
    ended = true;
  }
}
