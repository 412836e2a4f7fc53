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

  /** Whether it is not counted among those present any more. Guarded by the monitor. */
  private boolean departed;

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
   * Admits an allocation in a shard, whose lock the caller holds, and pays for it. Nothing has
   * changed yet that a refusal would have to undo.
   *
   * @param cell type and purpose
   * @throws JitAllocException WRONG_STATE if the target is closed, or the owner went away
   * @throws Refusal if a rule stands against it
   */
  void admit(int shard, int cell, long bytes) {
    target.requireOpen();
    if (gone) {
      throw new JitAllocException(Reason.WRONG_STATE, name + " went away and cannot allocate");
    }
    account(shard).admit(cell, bytes);
  }

  /** Gives back what an admission paid, in a shard whose lock the caller holds. */
  void refund(int shard, int cell, long bytes) {
    account(shard).refund(cell, bytes);
  }

  /** Counts an admitted allocation in a shard, whose lock the caller holds. */
  void allocated(int shard, int cell, long bytes) {
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

  /** Says that nothing is to be allocated for it any more. */
  void leave() {
    gone = true;
  }

  /** {@return true once, after it left} */
  synchronized boolean departs() {
    boolean first = gone && !departed;
    departed = gone;
    return first;
  }
}
