package org.jitalloc.bpf.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.bpf.BpfCall;
import org.jitalloc.bpf.BpfHelperException;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.helper.HelperLease;
import org.jitalloc.bpf.helper.HelperSlot;
import org.jitalloc.bpf.interp.ExecutionContext;
import org.jitalloc.bpf.memory.Regions;
import org.jspecify.annotations.Nullable;

/**
 * One run of a program, and the native memory that it needs. Of one thread, used again for its next
 * run.
 */
final class Run implements BpfCall, ExecutionContext {
  /*
   * Policy: the frame and the stack are one native block that lives as long as this object. The stack is zero between
   * runs: what a run may have written is cleared when it is over. That is done afterwards, not before, because only
   * then is it known which program ran: with a redirection, it is known to no one before the jump is taken.
   * The fields of the frame that say what is within reach are written only when they change.
   * Invariants, between runs:
   *   I1 the stack is zero   I2 STATUS is RUNNING   I3 no program, memory or failure of the past is held
   */
  private static final long STACK_BYTES = (long) BpfFrame.MAX_DEPTH * BpfFrame.STACK_BYTES;
  private static final long BLOCK_BYTES = BpfFrame.BYTES + STACK_BYTES;

  /** Copies of heap memory up to this size are made into a buffer that is kept. */
  private static final long KEPT_COPY_BYTES = 1 << 20;

  /** Up to here single stores are faster than the call of a bulk one. */
  private static final int FEW_BYTES = 64;

  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;

  /** The frame, and behind it the stack. */
  private final MemorySegment block = Arena.ofAuto().allocate(BLOCK_BYTES, 64);

  private final Regions regions = new Regions(block.asSlice(BpfFrame.BYTES));
  private MemorySegment copy = MemorySegment.NULL;
  private int depth;

  /** What the frame says of the memory: most runs are on the same as the one before. */
  private long frameMemoryStart;

  private long frameMemoryBytes;

  private @Nullable BpfProgram program;
  private @Nullable HelperLease helpers;
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
   * @param started the program, for helpers
   * @param lease the helpers that it may call
   * @param functions the most functions that can be active at once
   * @param body its code
   * @param memory any memory
   * @return r0
   */
  long start(
      BpfProgram started, HelperLease lease, int functions, Executable body, MemorySegment memory) {
    program = started;
    helpers = lease;
    reachStack(functions);
    if (memory.isNative()) {
      return startOn(body, memory);
    }
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

  /** Leaves everything as a next run expects it. */
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

  /** The call of a helper by compiled code, which looks at the frame when it is back. */
  long callFromCode(HelperSlot slot, long r1, long r2, long r3, long r4, long r5) {
    long r0 = call(slot, r1, r2, r3, r4, r5);
    if (ended) {
      block.set(WORD, BpfFrame.STATUS, BpfFrame.EXITED);
      block.set(WORD, BpfFrame.RESULT, result);
    }
    return r0;
  }

  /**
   * Calls a helper; nothing that it throws gets out of here, as compiled code may be the caller.
   */
  private long call(HelperSlot slot, long r1, long r2, long r3, long r4, long r5) {
    try {
      return slot.helper().call(this, r1, r2, r3, r4, r5);
    } catch (Throwable thrown) {
      failed = slot;
      failure = thrown;
      exit(0);
      return 0;
    }
  }

  @Override
  public Regions regions() {
    return regions;
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

  @Override
  public BpfProgram program() {
    BpfProgram running = program;
    if (running == null) {
      throw new IllegalStateException("the call of the helper is over");
    }
    return running;
  }

  @Override
  public MemorySegment memory(long address, long bytes) {
    return regions.slice(address, bytes);
  }

  @Override
  public String string(long address, int maxBytes) {
    return regions.string(address, maxBytes);
  }

  @Override
  public void exit(long r0) {
    program();
    ended = true;
    result = r0;
  }
}
