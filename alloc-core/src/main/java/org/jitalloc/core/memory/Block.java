package org.jitalloc.core.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import org.jitalloc.Allocation;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Span;
import org.jspecify.annotations.Nullable;

/**
 * One allocation: the state of its life, and the checks that each step of it wants.
 *
 * <p>The monitor of the block guards its state changes and its writes, so that nothing is written
 * into memory that is being freed. Calls look at the state without the monitor: they have said to
 * the {@link GracePeriod} that they are inside, and freeing waits for them.
 */
final class Block implements JitMemory {

  private final TargetMemory target;
  private final Owner owner;
  private final AllocationRequest request;
  private final Span span;
  private final Place place;
  private final Allocation description;

  private volatile State state = State.FORMING;
  private boolean sealed;

  /** Made while its memory is its owner's alone. */
  Block(TargetMemory target, Owner owner, AllocationRequest request, Place place) {
    this.target = target;
    this.owner = owner;
    this.request = request;
    this.place = place;
    span = new Span(place.address(), request.bytes());
    description = new Allocation(span, request.type(), request.purpose(), owner.name());
  }

  Owner owner() {
    return owner;
  }

  AllocationRequest request() {
    return request;
  }

  Place place() {
    return place;
  }

  TargetMemory target() {
    return target;
  }

  boolean isSealed() {
    return sealed;
  }

  /** What anyone may know of it; null unless it is live. */
  @Nullable Allocation description() {
    return state == State.LIVE ? description : null;
  }

  @Override
  public Span span() {
    return span;
  }

  @Override
  public ModMemType type() {
    return request.type();
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public synchronized void write(long offset, byte[] bytes) {
    Objects.checkFromIndexSize(offset, bytes.length, bytes());
    boolean writable =
        state == State.FORMING
            || state == State.LIVE
                && (type().isWritable() || type() == ModMemType.RO_AFTER_INIT && !sealed);
    if (!writable) {
      throw wrongState(
          sealed
              ? "sealed memory cannot be written"
              : type().isText() && state == State.LIVE
                  ? "live text changes by poking alone"
                  : "cannot be written");
    }
    target.space().write(address() + offset, bytes);
  }

  @Override
  public synchronized byte[] read(long offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes());
    if (state == State.FREED) {
      throw wrongState("cannot be read");
    }
    return target.space().read(address() + offset, length);
  }

  @Override
  public synchronized Block publish() {
    if (state != State.FORMING) {
      throw wrongState("only forming memory can be published");
    }
    if (type().isText()) {
      target.space().makeCoherent(address(), bytes());
    }
    state = State.LIVE;
    return this;
  }

  @Override
  public synchronized void seal() {
    if (type() != ModMemType.RO_AFTER_INIT || state != State.LIVE || sealed) {
      throw wrongState("only live RO_AFTER_INIT memory can be sealed, once");
    }
    target.seal(this);
    sealed = true;
  }

  @Override
  public MethodHandle function(long offset, FunctionDescriptor descriptor) {
    Objects.checkIndex(offset, bytes());
    if (!type().isText() || state != State.LIVE) {
      throw wrongState("only live text can be called");
    }
    target.requireHost("code cannot be run");
    return Functions.guarded(this, address() + offset, descriptor);
  }

  /** Says that this thread is about to run this code. */
  GracePeriod.Slot enter() {
    GracePeriod.Slot slot = target.grace().enter();
    if (state != State.LIVE) {
      GracePeriod.exit(slot);
      throw wrongState("cannot be called");
    }
    return slot;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (state == State.FREED) {
        throw wrongState("was freed before");
      }
      freeLocked();
    }
  }

  /** Frees it unless that was done. */
  void closeQuietly() {
    synchronized (this) {
      if (state != State.FREED) {
        freeLocked();
      }
    }
  }

  private void freeLocked() {
    state = State.FREED;
    target.free(this);
  }

  private JitAllocException wrongState(String what) {
    return new JitAllocException(
        Reason.WRONG_STATE,
        "%s: target=%s type=%s %s state=%s"
            .formatted(what, target.target().name(), type(), span, state));
  }

  @Override
  public String toString() {
    return "%s %s %s %s".formatted(target.target().name(), type(), span, state);
  }
}
