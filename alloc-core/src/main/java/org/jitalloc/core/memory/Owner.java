package org.jitalloc.core.memory;

import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.ModMemType;
import org.jspecify.annotations.Nullable;

/** Who allocates from a target. When they go, so does what they hold. */
final class Owner {

  private final TargetMemory target;
  private final String name;

  /** What they have, by shard; each element is guarded by the lock of its shard. */
  private final @Nullable Account[] accounts;

  private volatile boolean gone;

  Owner(TargetMemory target, String name, int shards) {
    this.target = target;
    this.name = name;
    accounts = new Account[shards];
  }

  String name() {
    return name;
  }

  TargetMemory target() {
    return target;
  }

  /**
   * They get memory in a shard, whose lock the caller holds.
   *
   * @throws JitAllocException WRONG_STATE if the target is closed, or they went away
   */
  void allocated(int shard, ModMemType type, long bytes) {
    target.requireOpen();
    if (gone) {
      throw new JitAllocException(Reason.WRONG_STATE, name + " went away and cannot allocate");
    }
    account(shard).allocated(type, bytes);
  }

  /** They free memory in a shard, whose lock the caller holds. */
  void freed(int shard, ModMemType type, long bytes) {
    account(shard).freed(type, bytes);
  }

  private Account account(int shard) {
    Account account = accounts[shard];
    if (account == null) {
      account = new Account();
      accounts[shard] = account;
    }
    return account;
  }

  /** Adds what they have in a shard, whose lock the caller holds. */
  void addTo(Account sums, int shard) {
    Account account = accounts[shard];
    if (account != null) {
      sums.add(account);
    }
  }

  /**
   * Says that nothing is to be allocated for them any more. {@return false if that was said before}
   */
  synchronized boolean leave() {
    boolean first = !gone;
    gone = true;
    return first;
  }

  boolean isGone() {
    return gone;
  }
}
