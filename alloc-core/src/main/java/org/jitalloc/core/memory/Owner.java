package org.jitalloc.core.memory;

import java.util.Collection;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jspecify.annotations.Nullable;

/** Who allocates from a target. When they go, so does what they hold. */
final class Owner {

  private final TargetMemory target;
  private final String name;
  private final Marks marks;

  /** What they have, by shard; each element is guarded by the lock of its shard. */
  private final @Nullable Account[] accounts;

  /** Written by {@link Owners} before they go through the accounts, which have their own. */
  private volatile Plan plan;

  private volatile boolean gone;

  Owner(TargetMemory target, String name, Marks marks, int shards, Plan plan) {
    this.target = target;
    this.name = name;
    this.marks = marks;
    this.plan = plan;
    accounts = new Account[shards];
  }

  String name() {
    return name;
  }

  TargetMemory target() {
    return target;
  }

  Plan plan() {
    return plan;
  }

  void plan(Plan next) {
    plan = next;
  }

  Marks marks() {
    return marks;
  }

  /**
   * They get memory in a shard, whose lock the caller holds.
   *
   * @param cell type and purpose
   * @throws JitAllocException WRONG_STATE if the target is closed, or they went away
   * @throws Refusal if a rule stands against it
   */
  void allocated(int shard, int cell, long bytes) {
    target.requireOpen();
    if (gone) {
      throw new JitAllocException(Reason.WRONG_STATE, name + " went away and cannot allocate");
    }
    account(shard).allocate(cell, bytes);
  }

  /** They free memory in a shard, whose lock the caller holds. */
  void freed(int shard, int cell, long bytes) {
    account(shard).free(cell, bytes);
  }

  private Account account(int shard) {
    Account account = accounts[shard];
    if (account == null) {
      account = new Account(plan, marks);
      accounts[shard] = account;
    }
    return account;
  }

  /** Has the plan hold in a shard, whose lock the caller holds. */
  void adoptPlan(int shard) {
    Account account = accounts[shard];
    if (account != null) {
      account.adopt(plan);
    }
  }

  /** Gives back the credit that lies in a shard, whose lock the caller holds. */
  void giveBack(int shard, Collection<Ledger> ledgers) {
    Account account = accounts[shard];
    if (account != null) {
      account.giveBack(ledgers);
    }
  }

  /** As {@link #giveBack}, of those who will not need any. */
  void giveUp(int shard) {
    Account account = accounts[shard];
    if (account != null) {
      account.giveUp();
    }
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
}
