package org.jitalloc.core.quota;

import java.util.List;
import java.util.function.Supplier;
import org.jitalloc.core.policy.Rule;
import org.jspecify.annotations.Nullable;

/** Checks allocations of one type for one purpose by one owner. */
final class PolicyCheck {

  private final @Nullable String forbidden;

  /** The rules that allow some memory modes only. */
  private final List<Rule> modeRules;

  /** Whether there is more to check than limits. */
  private final boolean hasRules;

  private final Supplier<String> mode;
  private final Quota[] quotas;

  /** The index of the credit of each quota. */
  private final int[] places;

  /**
   * Makes a check.
   *
   * @param forbidden the rule that forbids all of this, and its key; or null
   * @param modeRules the rules that allow some memory modes only
   * @param mode gives the memory mode of new memory
   * @param quotas the quotas that are charged
   * @param places the index of the credit of each quota
   */
  PolicyCheck(
      @Nullable String forbidden,
      List<Rule> modeRules,
      Supplier<String> mode,
      Quota[] quotas,
      int[] places) {
    this.forbidden = forbidden;
    hasRules = forbidden != null || !modeRules.isEmpty();
    this.modeRules = modeRules;
    this.mode = mode;
    this.quotas = quotas;
    this.places = places;
  }

  List<Quota> quotas() {
    return List.of(quotas);
  }

  /** {@return a refusal that does not depend on the usage; null if there is none} */
  @Nullable Refusal certainRefusal(long bytes) {
    if (forbidden != null) {
      return new Refusal(true, () -> forbidden);
    }
    for (Rule rule : modeRules) {
      String now = mode.get();
      if (!rule.constraints().allowsMode(now)) {
        return new Refusal(
            true,
            () ->
                "rule=%s memoryModes=%s, but new memory has the mode %s"
                    .formatted(rule.name(), rule.constraints().memoryModes(), now));
      }
    }
    for (Quota quota : quotas) {
      if (quota.isLessThan(bytes)) {
        return quota.refusal();
      }
    }
    return null;
  }

  /**
   * Checks an allocation and charges it. The lock of the shard of the credits is held.
   *
   * @throws Refusal if a rule refuses it, or the shard lacks credit; nothing has changed then
   */
  void charge(long[] credits, long bytes) {
    if (hasRules) {
      Refusal refusal = certainRefusal(bytes);
      if (refusal != null) {
        throw refusal;
      }
    }
    int charged = 0;
    try {
      while (charged < quotas.length) {
        quotas[charged].charge(credits, places[charged], bytes);
        charged++;
      }
    } finally {
      if (charged < quotas.length) {
        while (--charged >= 0) {
          quotas[charged].refund(credits, places[charged], bytes);
        }
      }
    }
  }

  /** Undoes the charge of an allocation, which may be older than this check. */
  void refund(long[] credits, long bytes) {
    for (int i = 0; i < quotas.length; i++) {
      quotas[i].refund(credits, places[i], bytes);
    }
  }
}
