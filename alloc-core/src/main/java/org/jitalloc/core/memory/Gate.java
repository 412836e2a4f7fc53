package org.jitalloc.core.memory;

import java.util.List;
import java.util.function.Supplier;
import org.jitalloc.core.policy.Rule;
import org.jspecify.annotations.Nullable;

/** What stands before allocations of one type for one purpose by one owner. */
final class Gate {

  private final @Nullable String forbidden;

  /** The rules that allow some ways to memory only. */
  private final List<Rule> choosy;

  /** Whether limits are not all. */
  private final boolean shut;

  private final Supplier<String> mode;
  private final Ledger[] ledgers;

  /** Where the credit for each ledger is. */
  private final int[] places;

  /**
   * Makes a gate.
   *
   * @param forbidden the rule that allows nothing of this, and how; or null
   * @param choosy the rules that allow some ways to memory only
   * @param mode the way in which new memory is had
   */
  Gate(
      @Nullable String forbidden,
      List<Rule> choosy,
      Supplier<String> mode,
      Ledger[] ledgers,
      int[] places) {
    this.forbidden = forbidden;
    shut = forbidden != null || !choosy.isEmpty();
    this.choosy = choosy;
    this.mode = mode;
    this.ledgers = ledgers;
    this.places = places;
  }

  List<Ledger> ledgers() {
    return List.of(ledgers);
  }

  /** What refuses a request whatever is held; null if nothing does. */
  @Nullable Refusal hopeless(long bytes) {
    if (forbidden != null) {
      return new Refusal(true, () -> forbidden);
    }
    for (Rule rule : choosy) {
      String now = mode.get();
      if (!rule.constraints().allowsMode(now)) {
        return new Refusal(
            true,
            () ->
                "rule=%s memoryModes=%s, but memory is had by %s"
                    .formatted(rule.name(), rule.constraints().memoryModes(), now));
      }
    }
    for (Ledger ledger : ledgers) {
      if (ledger.isLessThan(bytes)) {
        return ledger.refusal();
      }
    }
    return null;
  }

  /**
   * Lets an allocation pass and pays for it. The lock of the shard of the credits is held.
   *
   * @throws Refusal if it may not pass, or credit is wanting; nothing has changed then
   */
  void pass(long[] credits, long bytes) {
    if (shut) {
      Refusal refusal = hopeless(bytes);
      if (refusal != null) {
        throw refusal;
      }
    }
    int paid = 0;
    try {
      while (paid < ledgers.length) {
        ledgers[paid].charge(credits, places[paid], bytes);
        paid++;
      }
    } finally {
      if (paid < ledgers.length) {
        while (--paid >= 0) {
          ledgers[paid].refund(credits, places[paid], bytes);
        }
      }
    }
  }

  /** Takes back what passed, or was there before the gate. */
  void leave(long[] credits, long bytes) {
    for (int i = 0; i < ledgers.length; i++) {
      ledgers[i].refund(credits, places[i], bytes);
    }
  }
}
