package org.jitalloc.core.quota;

import java.util.List;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.ModMemType;
import org.jitalloc.Privilege;
import org.jitalloc.Purpose;
import org.jitalloc.core.policy.Rule;
import org.jspecify.annotations.Nullable;

/** Decides whether an owner may allocate: the rules that refuse always, and the limits. */
public final class Admission {
  /*
   * The limits are checked in the shard that is going to give the memory, under its lock
   * (Owner.admit), so that one lock serves both. When a shard lacks credit, the refusal is not
   * certain. Then, without a lock, the credit of all shards is collected, and the placement is
   * tried again. No shard gets credit meanwhile, so the collected credit is there, unless other
   * allocations used it up and the limit is reached. The loop ends at the second attempt unless the
   * rules change at that moment.
   */
  private final String target;
  private final Rulebook rulebook;

  /**
   * Makes it.
   *
   * @param target the name of the target
   * @param rulebook the rules of the target
   */
  public Admission(String target, Rulebook rulebook) {
    this.target = target;
    this.rulebook = rulebook;
  }

  /**
   * Places an allocation if the rules admit it.
   *
   * @param placement places it, and calls {@link Owner#admit} with the lock of the shard held
   * @throws JitAllocException DENIED if a rule refuses it; nothing has changed
   */
  public void admit(Owner owner, AllocationRequest request, Runnable placement) {
    int typePurpose = TypePurpose.index(request.type(), request.purpose());
    PolicyCheck check = owner.policy().check(typePurpose);
    Refusal refusal = check == null ? null : check.certainRefusal(request.bytes());
    if (refusal == null) {
      try {
        placement.run();
        return;
      } catch (Refusal tentative) {
        refusal = tentative;
      }
    }
    while (!refusal.isCertain()) {
      try {
        admitExactly(owner, typePurpose, request.bytes(), placement);
        return;
      } catch (Refusal next) {
        refusal = next;
      }
    }
    throw denied(owner, request, refusal);
  }

  /** Places an allocation while no shard holds credit. */
  private void admitExactly(Owner owner, int typePurpose, long bytes, Runnable placement) {
    rulebook.awaitChange();
    PolicyCheck check = owner.policy().check(typePurpose);
    List<Quota> quotas = check == null ? List.of() : check.quotas();
    quotas.forEach(Quota::beginExact);
    try {
      rulebook.collect(quotas);
      Refusal refusal = check == null ? null : check.certainRefusal(bytes);
      if (refusal != null) {
        throw refusal;
      }
      placement.run();
    } finally {
      quotas.forEach(Quota::endExact);
    }
  }

  private JitAllocException denied(Owner owner, AllocationRequest request, Refusal refusal) {
    owner.peaks().deny(TypePurpose.index(request.type(), request.purpose()));
    return new JitAllocException(
        Reason.DENIED,
        "%s: target=%s owner=%s type=%s purpose=%s bytes=%d"
            .formatted(
                refusal.why(),
                target,
                owner.name(),
                request.type(),
                request.purpose(),
                request.bytes()));
  }

  /**
   * Checks a privilege.
   *
   * @throws JitAllocException DENIED if a rule refuses it
   */
  public void require(Owner owner, Privilege privilege, Purpose purpose) {
    @Nullable Rule rule =
        switch (privilege) {
          case UNCHECKED_CODE -> owner.policy().againstUnchecked(purpose);
        };
    if (rule != null) {
      owner.peaks().deny(TypePurpose.index(ModMemType.TEXT, purpose));
      throw new JitAllocException(
          Reason.DENIED,
          "rule=%s %s: target=%s owner=%s purpose=%s wants %s"
              .formatted(
                  rule.name(),
                  rule.constraints().allow() ? "unchecked=false" : "allow=false",
                  target,
                  owner.name(),
                  purpose,
                  privilege));
    }
  }
}
