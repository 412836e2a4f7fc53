package org.jitalloc.core.block;

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
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.grace.GracePeriod;
import org.jitalloc.core.pack.Pools;
import org.jitalloc.core.pack.SpanOwner;
import org.jitalloc.core.quota.TypePurpose;
import org.jspecify.annotations.Nullable;

/**
 * One allocation: its state, and the checks of each transition.
 *
 * <p>A thread that touches the memory, by a call or under the monitor, first enters the {@link
 * GracePeriod} and then reads the state: freeing takes no monitor, and the memory does not change
 * until the thread has left.
 */
public final class Block extends SpanOwner implements JitMemory {
  /*
   * State: FORMING → LIVE → FREED, or FORMING → FREED. The first transition is a compare-and-set;
   * the last is made under the lock of the shard, once, whatever the first one does meanwhile. The
   * monitor separates writes from each other and from publishing. A writer of forming memory first
   * sets changedChunks and then checks that the state is still FORMING. A publisher first sets LIVE
   * and then checks changedChunks. So no write is missed, and publishing unwritten memory takes no
   * monitor. There is one object for each allocation: it has 56 bytes.
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

  private final BlockOwner owner;

  /** Its description, made at the first request. */
  private @Nullable Allocation description;

  /** The changes since its memory was cleared are within the first chunks, as many as this. */
  private int changedChunks;

  @SuppressWarnings("FieldMayBeFinal") // by STATE; 0 is FORMING, and a store would be for nothing
  private byte state;

  /** Its type and purpose: see {@link TypePurpose#index}. */
  private final byte typePurpose;

  private boolean sealed;

  /**
   * Makes a block that has no memory yet.
   *
   * @param typePurpose the number of its type and purpose, see {@link TypePurpose}
   * @param bytes its length
   */
  public Block(BlockOwner owner, int typePurpose, long bytes) {
    super(bytes);
    this.owner = owner;
    this.typePurpose = (byte) typePurpose;
  }

  /** {@return the block of a handle; null if the handle is of another kind of allocator} */
  public static @Nullable Block of(JitMemory handle) {
    return switch (handle) {
      case Block block -> block;
      case BlockHandle tracked -> tracked.block();
      default -> null;
    };
  }

  @Override
  protected void admit(int shard) {
    owner.admit(shard, typePurpose, bytes());
  }

  @Override
  protected void refund(int shard) {
    owner.refund(shard, typePurpose, bytes());
  }

  @Override
  protected void placed(int shard) {
    owner.allocated(shard, typePurpose, bytes());
  }

  @Override
  protected void retired(int shard) {
    if (state == FREED) {
      throw wrongState("was freed before");
    }
    STATE.setRelease(this, FREED);
    owner.freed(shard, typePurpose, bytes());
  }

  private byte stateNow() {
    return (byte) STATE.getAcquire(this);
  }

  /** {@return the number of its type and purpose, see {@link TypePurpose}} */
  public int typePurpose() {
    return typePurpose;
  }

  /** {@return its owner} */
  public BlockOwner owner() {
    return owner;
  }

  /** {@return its target} */
  public BlockContext context() {
    return owner.context();
  }

  /** {@return whether it is sealed} */
  public boolean isSealed() {
    return sealed;
  }

  /** {@return the length of its first bytes that may have changed since they were cleared} */
  public long changedBytes() {
    return Math.min(changedChunks * Pools.CHUNK_BYTES, spanBytes());
  }

  /** Notes a change of bytes, before it is made. The caller is inside. */
  public synchronized void changed(long offset, long length) {
    long chunks = (offset + length + Pools.CHUNK_BYTES - 1) / Pools.CHUNK_BYTES;
    changedChunks = Math.max(changedChunks, Math.toIntExact(chunks));
  }

  /** {@return its description; null unless it is live} */
  public @Nullable Allocation description() {
    return stateNow() == LIVE ? describe() : null;
  }

  /** {@return its description in any state, once it has its place} */
  public Allocation describe() {
    Allocation told = description;
    if (told == null) {
      told = new Allocation(span(), type(), TypePurpose.purpose(typePurpose), owner.name());
      description = told;
    }
    return told;
  }

  /** {@return whether it was freed} */
  public boolean isFreed() {
    return stateNow() == FREED;
  }

  @Override
  public Span span() {
    return new Span(address(), bytes());
  }

  @Override
  public ModMemType type() {
    return TypePurpose.type(typePurpose);
  }

  @Override
  public State state() {
    return STATES[stateNow()];
  }

  /** Runs an action on the memory, which no other thread writes or reuses meanwhile. */
  private synchronized <T> T inside(Supplier<T> action) {
    GracePeriod.Slot slot = context().grace().enter();
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
          VarHandle.fullFence(); // a publisher sets the state first, and then reads the changes
          requireWritable();
          context().space().write(address() + offset, bytes);
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
          return context().space().read(address() + offset, length);
        });
  }

  @Override
  public Block publish() {
    if (changedChunks > 0) {
      return inside(this::goLiveCoherent);
    }
    goLive();
    // A write that began at this moment is waited for. No further write begins.
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
      context().space().publishText(address(), bytes());
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
          context()
              .space()
              .protect(address(), spanBytes(), PageProtection.RO); // its pages are its own
          sealed = true;
          return this;
        });
  }

  @Override
  public MethodHandle function(long offset, FunctionDescriptor descriptor) {
    return function(this, offset, descriptor);
  }

  /** {@return the code at an offset as a method that keeps a handle of this block reachable} */
  MethodHandle function(JitMemory handle, long offset, FunctionDescriptor descriptor) {
    Objects.checkIndex(offset, bytes());
    if (!type().isText() || stateNow() != LIVE) {
      throw wrongState("only live text can be called");
    }
    context().requireHost("code cannot be run");
    return Functions.guarded(this, handle, address() + offset, descriptor);
  }

  /**
   * Checks that it can be called. The calling thread is inside.
   *
   * @throws JitAllocException WRONG_STATE if it was freed
   */
  void requireCallable() {
    if (stateNow() != LIVE) {
      throw wrongState("cannot be called");
    }
  }

  @Override
  public void close() {
    context().free(this);
  }

  /** Frees it if it was not freed before. */
  public void closeQuietly() {
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
            .formatted(what, context().target().name(), type(), span(), state()));
  }

  @Override
  public String toString() {
    return "%s %s %s %s".formatted(context().target().name(), type(), span(), state());
  }
}
