package org.jitalloc.core.memory;

import java.util.List;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.ModMemType;
import org.jitalloc.Privilege;
import org.jitalloc.Purpose;
import org.jitalloc.Target;
import org.jitalloc.core.policy.Rule;
import org.jspecify.annotations.Nullable;

/** Gives blocks to owners, as far as the rules allow. */
final class Admission {
  /*
   * The rules are asked where a block has its place and the lock of its shard is held
   * (Owner.allocated), so that one lock pays for both; a refusal gives the place back. When credit
   * is wanting the refusal is not certain. Then, without a lock, the credit of all shards is
   * collected and the block placed again; nobody gets credit meanwhile, so that what was collected
   * is still there, unless others used it up and the limit is reached. The loop ends at the second
   * attempt unless the rules change just then.
   */
  private final Target target;
  private final Places places;
  private final Rulebook rulebook;
  private final Runnable reclaim;

  /**
   * Makes the door to memory.
   *
   * @param reclaim gives back what can be, before a request is refused for want of space
   */
  Admission(Target target, Places places, Rulebook rulebook, Runnable reclaim) {
    this.target = target;
    this.places = places;
    this.rulebook = rulebook;
    this.reclaim = reclaim;
  }

  /** Allocates what is easily had; {@return null if it is not} */
  @Nullable Block allocateQuickly(Owner owner, ModMemType type, long bytes) {
    Demand demand = places.demand(type, Purpose.MODULES);
    var block = new Block(owner, demand, bytes);
    try {
      return Places.placeQuickly(block, demand) ? block : null;
    } catch (Refusal _) {
      return null;
    }
  }

  Block allocate(Owner owner, AllocationRequest request) {
    Demand demand = places.demand(request);
    Gate gate = owner.plan().gate(demand.cell());
    Refusal refusal = gate == null ? null : gate.hopeless(request.bytes());
    if (refusal == null) {
      try {
        return place(owner, demand, request);
      } catch (Refusal tentative) {
        refusal = tentative;
      }
    }
    while (!refusal.isCertain()) {
      try {
        return placeExactly(owner, demand, request);
      } catch (Refusal next) {
        refusal = next;
      }
    }
    throw denied(owner, request, refusal);
  }

  private Block place(Owner owner, Demand demand, AllocationRequest request) {
    var block = new Block(owner, demand, request.bytes());
    places.place(block, demand, request, reclaim);
    return block;
  }

  /** Places a block while no credit is about. */
  private Block placeExactly(Owner owner, Demand demand, AllocationRequest request) {
    rulebook.awaitChange();
    Gate gate = owner.plan().gate(demand.cell());
    List<Ledger> ledgers = gate == null ? List.of() : gate.ledgers();
    ledgers.forEach(Ledger::beginExact);
    try {
      rulebook.collect(ledgers);
      Refusal refusal = gate == null ? null : gate.hopeless(request.bytes());
      if (refusal != null) {
        throw refusal;
      }
      return place(owner, demand, request);
    } finally {
      ledgers.forEach(Ledger::endExact);
    }
  }

  private JitAllocException denied(Owner owner, AllocationRequest request, Refusal refusal) {
    owner.marks().deny(Demand.cell(request.type(), request.purpose()));
    return new JitAllocException(
        Reason.DENIED,
        "%s: target=%s owner=%s type=%s purpose=%s bytes=%d"
            .formatted(
                refusal.why(),
                target.name(),
                owner.name(),
                request.type(),
                request.purpose(),
                request.bytes()));
  }

  /**
   * Asks for a privilege.
   *
   * @throws JitAllocException DENIED if a rule denies it
   */
  void require(Owner owner, Privilege privilege, Purpose purpose) {
    Rule rule =
        switch (privilege) {
          case UNCHECKED_CODE -> owner.plan().againstUnchecked(purpose);
        };
    if (rule != null) {
      owner.marks().deny(Demand.cell(ModMemType.TEXT, purpose));
      throw new JitAllocException(
          Reason.DENIED,
          "rule=%s %s: target=%s owner=%s purpose=%s wants %s"
              .formatted(
                  rule.name(),
                  rule.constraints().allow() ? "unchecked=false" : "allow=false",
                  target.name(),
                  owner.name(),
                  purpose,
                  privilege));
    }
  }
}
