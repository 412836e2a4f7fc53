package org.jitalloc.core.target;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.ModuleMemory;
import org.jitalloc.core.block.Block;
import org.jitalloc.core.block.BlockOwner;
import org.jitalloc.core.leak.Claim;
import org.jitalloc.core.placement.BlockAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Memories that are published, initialised and freed together. The monitor guards everything.
 *
 * <p>A step skips a member that has taken it already by its own handle. So a step that failed can be
 * called again.
 */
final class MemorySet implements ModuleMemory {

  private enum Stage {
    FORMING,
    PUBLISHED,
    INITIALISED,
    CLOSED
  }

  private final BlockAllocator blocks;
  private final BlockOwner owner;

  /** Keeps this set and its handles reachable together; null if they are not watched. */
  private final @Nullable Claim claim;

  private final ArrayList<Member> members = new ArrayList<>();
  private Stage stage = Stage.FORMING;

  private record Member(Block block, JitMemory handle) {}

  MemorySet(BlockAllocator blocks, BlockOwner owner, @Nullable Claim claim) {
    this.blocks = blocks;
    this.owner = owner;
    this.claim = claim;
  }

  @Override
  public synchronized JitMemory allocate(AllocationRequest request) {
    require(Stage.FORMING, "memory can be added to a set that is being formed only");
    Block block = blocks.newBlock(owner, request.type(), request.purpose(), request.bytes());
    JitMemory handle = claim == null ? block : claim.handle(block);
    var member = new Member(block, handle);
    members.ensureCapacity(members.size() + 1);
    blocks.place(block, request);
    members.add(member);
    return handle;
  }

  @Override
  public synchronized List<JitMemory> memories() {
    members.removeIf(member -> member.block().isFreed());
    return members.stream().map(Member::handle).toList();
  }

  @Override
  public synchronized void publish() {
    require(Stage.FORMING, "a set can be published once");
    try {
      members.forEach(member -> step(member.block(), JitMemory.State.FORMING, Block::publish));
      stage = Stage.PUBLISHED;
    } catch (RuntimeException | Error failure) {
      closeAfter(failure);
      throw failure;
    }
  }

  private void closeAfter(Throwable failure) {
    try {
      close();
    } catch (RuntimeException | Error again) {
      failure.addSuppressed(again);
    }
  }

  @Override
  public synchronized void initDone() {
    require(Stage.PUBLISHED, "only a published set can be initialised, once");
    for (Member member : members) {
      Block block = member.block();
      if (block.type() == ModMemType.RO_AFTER_INIT && !block.isSealed()) {
        step(block, JitMemory.State.LIVE, Block::seal);
      } else if (block.type().isInit()) {
        block.closeQuietly();
      }
    }
    stage = Stage.INITIALISED;
  }

  /** Takes a step with a member that is in the state for it, unless it leaves the state first. */
  private static void step(Block block, JitMemory.State state, Consumer<Block> action) {
    if (block.state() != state) {
      return;
    }
    try {
      action.accept(block);
    } catch (JitAllocException failure) {
      if (block.state() == state || failure.reason() != Reason.WRONG_STATE) {
        throw failure;
      }
    }
  }

  @Override
  public synchronized void close() {
    stage = Stage.CLOSED;
    members.forEach(member -> member.block().closeQuietly());
    members.clear();
    if (claim != null) {
      claim.freed();
    }
  }

  private void require(Stage wanted, String message) {
    if (stage != wanted) {
      throw new JitAllocException(Reason.WRONG_STATE, message + ": the set is " + stage);
    }
  }
}
