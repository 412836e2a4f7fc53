package org.jitalloc.core.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.Supplier;
import org.jitalloc.Allocation;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Span;
import org.jitalloc.core.pack.Pools;
import org.jitalloc.core.pack.Tenant;
import org.jspecify.annotations.Nullable;

/**
 * One allocation: the state of its life, and the checks that each step of it wants.
 *
 * <p>Who touches the memory, by a call or under the monitor, has said before to the {@link
 * GracePeriod} that they are inside, and looks at the state after that: freeing takes no monitor,
 * and the memory stays as it is until they are out.
 */
final class Block extends Tenant implements JitMemory {
  /*
   * State: FORMING → LIVE → FREED, or FORMING → FREED. The first step is a compare-and-set; the
   * last is taken under the lock of the shard, once, whatever the first one does meanwhile. The
   * monitor keeps writes apart from each other and from publishing. Who writes forming memory says
   * so, then looks whether it is still forming; who publishes it first says that it is live, then
   * looks whether anything was written. So nothing is written unseen, and publishing what nobody
   * wrote takes no monitor. There are as many of these as allocations: all of one is in 56 bytes.
   */
  private static final VarHandle STATE;
  private static final State[] STATES = State.values();
  private static final byte FORMING = (byte) State.FORMING.ordinal();
  private static final byte LIVE = (byte) State.LIVE.ordinal();
  private static final byte FREED = (byte) State.FREED.ordinal();

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Block.class, "state", byte.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final Owner owner;

  /** What is told of it, once somebody asked: later answers are this one. */
  private @Nullable Allocation description;

  /** The chunks that were changed since its memory was made or cleared are the first so many. */
  private int changedChunks;

  @SuppressWarnings("FieldMayBeFinal") // by STATE; 0 is FORMING, and a store would be for nothing
  private byte state;

  /** Its type and purpose: see {@link Demand#cell}. */
  private final byte cell;

  private boolean sealed;

  /** Makes a block that has no memory yet. */
  Block(Owner owner, Demand demand, long bytes) {
    super(bytes);
    this.owner = owner;
    cell = (byte) demand.cell();
  }

  /** The block that a handle is for; null if it is of another kind of allocator. */
  static @Nullable Block of(JitMemory handle) {
    return switch (handle) {
      case Block block -> block;
      case TrackedMemory tracked -> tracked.block();
      default -> null;
    };
  }

  @Override
  protected void admit(int shard) {
    owner.admit(shard, cell, bytes());
  }

  @Override
  protected void refund(int shard) {
    owner.refund(shard, cell, bytes());
  }

  @Override
  protected void placed(int shard) {
    owner.allocated(shard, cell, bytes());
  }

  @Override
  protected void retired(int shard) {
    if (state == FREED) {
      throw wrongState("was freed before");
    }
    STATE.setRelease(this, FREED);
    owner.freed(shard, cell, bytes());
  }

  private byte stateNow() {
    return (byte) STATE.getAcquire(this);
  }

  Owner owner() {
    return owner;
  }

  TargetMemory target() {
    return owner.target();
  }

  boolean isSealed() {
    return sealed;
  }

  /** How many of its first bytes may have been changed since its memory was made or cleared. */
  long changedBytes() {
    return Math.min(changedChunks * Pools.CHUNK_BYTES, spanBytes());
  }

  /** Says that bytes were changed, or are going to be. The caller is inside. */
  synchronized void changed(long offset, long length) {
    long chunks = (offset + length + Pools.CHUNK_BYTES - 1) / Pools.CHUNK_BYTES;
    changedChunks = Math.max(changedChunks, Math.toIntExact(chunks));
  }

  /** What anyone may know of it; null unless it is live. */
  @Nullable Allocation description() {
    return stateNow() == LIVE ? describe() : null;
  }

  /** What is to be known of it, whatever its state, once it has its place. */
  Allocation describe() {
    Allocation told = description;
    if (told == null) {
      told = new Allocation(span(), type(), Demand.purpose(cell), owner.name());
      description = told;
    }
    return told;
  }

  boolean isFreed() {
    return stateNow() == FREED;
  }

  @Override
  public Span span() {
    return new Span(address(), bytes());
  }

  @Override
  public ModMemType type() {
    return Demand.type(cell);
  }

  @Override
  public State state() {
    return STATES[stateNow()];
  }

  /** Does something to the memory, which stays as it is meanwhile. */
  private synchronized <T> T inside(Supplier<T> action) {
    GracePeriod.Slot slot = target().grace().enter();
    try {
      return action.get();
    } finally {
      GracePeriod.exit(slot);
    }
  }

  @Override
  public void write(long offset, byte[] bytes) {
    Objects.checkFromIndexSize(offset, bytes.length, bytes());
    inside(
        () -> {
          changed(offset, bytes.length);
          VarHandle.fullFence(); // who publishes says so first, and then looks for changes
          requireWritable();
          target().space().write(address() + offset, bytes);
          return bytes;
        });
  }

  private void requireWritable() {
    byte now = stateNow();
    boolean writable =
        now == FORMING
            || now == LIVE
                && (type().isWritable() || type() == ModMemType.RO_AFTER_INIT && !sealed);
    if (!writable) {
      throw wrongState(
          sealed
              ? "sealed memory cannot be written"
              : type().isText() && now == LIVE
                  ? "live text changes by poking alone"
                  : "cannot be written");
    }
  }

  @Override
  public byte[] read(long offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes());
    return inside(
        () -> {
          if (stateNow() == FREED) {
            throw wrongState("cannot be read");
          }
          return target().space().read(address() + offset, length);
        });
  }

  @Override
  public Block publish() {
    if (changedChunks > 0) {
      return inside(this::goLiveCoherent);
    }
    goLive();
    // Who began to write in this moment is waited for: nobody begins any more.
    return changedChunks > 0 ? inside(this::stayCoherent) : this;
  }

  private Block goLiveCoherent() {
    if (stateNow() != FORMING) {
      throw notForming();
    }
    makeCoherent();
    return goLive();
  }

  private Block stayCoherent() {
    if (stateNow() == LIVE) {
      makeCoherent();
    }
    return this;
  }

  private void makeCoherent() {
    if (type().isText()) {
      target().space().publishText(address(), bytes());
    }
  }

  private Block goLive() {
    if (!STATE.compareAndSet(this, FORMING, LIVE)) {
      throw notForming();
    }
    return this;
  }

  private JitAllocException notForming() {
    return wrongState("only forming memory can be published");
  }

  @Override
  public void seal() {
    inside(
        () -> {
          if (type() != ModMemType.RO_AFTER_INIT || stateNow() != LIVE || sealed) {
            throw wrongState("only live RO_AFTER_INIT memory can be sealed, once");
          }
          target().seal(this);
          sealed = true;
          return this;
        });
  }

  @Override
  public MethodHandle function(long offset, FunctionDescriptor descriptor) {
    return function(this, offset, descriptor);
  }

  /** Gives the code at an offset as a method that keeps a handle of this block. */
  MethodHandle function(JitMemory handle, long offset, FunctionDescriptor descriptor) {
    Objects.checkIndex(offset, bytes());
    if (!type().isText() || stateNow() != LIVE) {
      throw wrongState("only live text can be called");
    }
    target().requireHost("code cannot be run");
    return Functions.guarded(this, handle, address() + offset, descriptor);
  }

  /**
   * Looks whether it can be called, by a thread that has said that it is inside.
   *
   * @throws JitAllocException WRONG_STATE if not
   */
  void requireCallable() {
    if (stateNow() != LIVE) {
      throw wrongState("cannot be called");
    }
  }

  @Override
  public void close() {
    target().free(this);
  }

  /** Frees it unless that was done. */
  void closeQuietly() {
    try {
      close();
    } catch (JitAllocException failure) {
      if (failure.reason() != Reason.WRONG_STATE) {
        throw failure;
      }
    }
  }

  private JitAllocException wrongState(String what) {
    return new JitAllocException(
        Reason.WRONG_STATE,
        "%s: target=%s type=%s %s state=%s"
            .formatted(what, target().target().name(), type(), span(), state()));
  }

  @Override
  public String toString() {
    return "%s %s %s %s".formatted(target().target().name(), type(), span(), state());
  }
}
