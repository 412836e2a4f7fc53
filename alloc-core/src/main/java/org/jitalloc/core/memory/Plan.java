package org.jitalloc.core.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.core.policy.Rule;
import org.jspecify.annotations.Nullable;

/** What the rules come to for one owner. Immutable, but for its ledgers. */
final class Plan {

  /** For those whom no rule selects. */
  static final Plan FREE = new Plan(List.of(), Ledger::new, () -> "");

  private final List<Rule> rules;
  private final List<Rule> limiting;
  private final List<Ledger> ledgers;
  private final @Nullable Gate[] gates = new Gate[Demand.CELLS];

  /**
   * Makes a plan.
   *
   * @param rules the rules that select the owner
   * @param ledgerOf gives the ledger of a rule that limits the owner
   * @param mode the way in which new memory is had; empty if rules do not care
   */
  Plan(List<Rule> rules, Function<Rule, Ledger> ledgerOf, Supplier<String> mode) {
    this.rules = rules;
    limiting = rules.stream().filter(rule -> rule.limits().limit()).toList();
    ledgers = limiting.stream().map(ledgerOf).toList();
    for (ModMemType type : ModMemType.values()) {
      for (Purpose purpose : Purpose.values()) {
        gates[Demand.cell(type, purpose)] = newGate(type, purpose, mode);
      }
    }
  }

  private @Nullable Gate newGate(ModMemType type, Purpose purpose, Supplier<String> mode) {
    List<Rule> about = about(purpose);
    if (about.isEmpty()) {
      return null;
    }
    List<Rule> choosy = new ArrayList<>();
    for (Rule rule : about) {
      if (!rule.constraints().memoryModes().isEmpty() && !mode.get().isEmpty()) {
        choosy.add(rule);
      }
    }
    int[] paying =
        IntStream.range(0, limiting.size())
            .filter(i -> limiting.get(i).selector().consumers().contains(purpose))
            .toArray();
    String forbidden = forbidden(about, type);
    return forbidden == null && choosy.isEmpty() && paying.length == 0
        ? null
        : new Gate(
            forbidden,
            choosy,
            mode,
            IntStream.of(paying).mapToObj(ledgers::get).toArray(Ledger[]::new),
            IntStream.of(paying).map(i -> 2 * i).toArray());
  }

  private List<Rule> about(Purpose purpose) {
    return rules.stream().filter(r -> r.selector().consumers().contains(purpose)).toList();
  }

  private static @Nullable String forbidden(List<Rule> about, ModMemType type) {
    for (Rule rule : about) {
      if (!rule.constraints().allow()) {
        return "rule=" + rule.name() + " allow=false";
      }
      if (!rule.constraints().types().contains(type)) {
        return "rule=%s types=%s".formatted(rule.name(), rule.constraints().types());
      }
    }
    return null;
  }

  /** The rule that says that no unchecked code may run; null if none does. */
  @Nullable Rule againstUnchecked(Purpose purpose) {
    return about(purpose).stream()
        .filter(rule -> !rule.constraints().allow() || !rule.constraints().unchecked())
        .findFirst()
        .orElse(null);
  }

  /** What stands before an allocation; null if nothing does. */
  @Nullable Gate gate(int cell) {
    return gates[cell];
  }

  List<Ledger> ledgers() {
    return ledgers;
  }

  /** An account without credit. */
  long[] noCredits() {
    return new long[2 * ledgers.size()];
  }

  /** Adds what an account holds to the ledgers. */
  void add(Account held) {
    for (int i = 0; i < ledgers.size(); i++) {
      long bytes = 0;
      long allocations = 0;
      for (Purpose purpose : limiting.get(i).selector().consumers()) {
        for (ModMemType type : ModMemType.values()) {
          int cell = Demand.cell(type, purpose);
          bytes += held.liveBytes(cell);
          allocations += held.live(cell);
        }
      }
      ledgers.get(i).add(bytes, allocations);
    }
  }
}
