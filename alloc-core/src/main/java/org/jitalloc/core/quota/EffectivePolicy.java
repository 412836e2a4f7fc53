package org.jitalloc.core.quota;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.core.policy.Rule;
import org.jspecify.annotations.Nullable;

/** The rules that apply to one owner. Immutable, apart from its quotas. */
final class EffectivePolicy {

  /** The policy of an owner that no rule selects. */
  static final EffectivePolicy FREE = new EffectivePolicy(List.of(), Quota::new, () -> "");

  private final List<Rule> rules;
  private final List<Rule> limiting;
  private final List<Quota> quotas;
  private final @Nullable PolicyCheck[] checks = new PolicyCheck[TypePurpose.COUNT];

  /**
   * Makes a policy.
   *
   * @param rules the rules that select the owner
   * @param quotaOf gives the quota of a rule that limits the owner
   * @param mode gives the memory mode of new memory; empty where rules do not select by mode
   */
  EffectivePolicy(List<Rule> rules, Function<Rule, Quota> quotaOf, Supplier<String> mode) {
    this.rules = rules;
    limiting = rules.stream().filter(rule -> rule.limits().limit()).toList();
    quotas = limiting.stream().map(quotaOf).toList();
    for (ModMemType type : ModMemType.values()) {
      for (Purpose purpose : Purpose.values()) {
        checks[TypePurpose.index(type, purpose)] = newCheck(type, purpose, mode);
      }
    }
  }

  private @Nullable PolicyCheck newCheck(ModMemType type, Purpose purpose, Supplier<String> mode) {
    List<Rule> about = about(purpose);
    if (about.isEmpty()) {
      return null;
    }
    List<Rule> modeRules = new ArrayList<>();
    for (Rule rule : about) {
      if (!rule.constraints().memoryModes().isEmpty() && !mode.get().isEmpty()) {
        modeRules.add(rule);
      }
    }
    int[] charged =
        IntStream.range(0, limiting.size())
            .filter(i -> limiting.get(i).selector().consumers().contains(purpose))
            .toArray();
    String forbidden = forbidden(about, type);
    return forbidden == null && modeRules.isEmpty() && charged.length == 0
        ? null
        : new PolicyCheck(
            forbidden,
            modeRules,
            mode,
            IntStream.of(charged).mapToObj(quotas::get).toArray(Quota[]::new),
            IntStream.of(charged).map(i -> 2 * i).toArray());
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

  /** {@return the rule that forbids unchecked code; null if none does} */
  @Nullable Rule againstUnchecked(Purpose purpose) {
    return about(purpose).stream()
        .filter(rule -> !rule.constraints().allow() || !rule.constraints().unchecked())
        .findFirst()
        .orElse(null);
  }

  /** {@return the check of allocations of a type and purpose; null if there is nothing to check} */
  @Nullable PolicyCheck check(int typePurpose) {
    return checks[typePurpose];
  }

  List<Quota> quotas() {
    return quotas;
  }

  /** {@return credits of zero} */
  long[] noCredits() {
    return new long[2 * quotas.size()];
  }

  /** Adds the usage of a shard to the quotas. */
  void add(ShardUsage held) {
    for (int i = 0; i < quotas.size(); i++) {
      long bytes = 0;
      long allocations = 0;
      for (Purpose purpose : limiting.get(i).selector().consumers()) {
        for (ModMemType type : ModMemType.values()) {
          int typePurpose = TypePurpose.index(type, purpose);
          bytes += held.liveBytes(typePurpose);
          allocations += held.live(typePurpose);
        }
      }
      quotas.get(i).add(bytes, allocations);
    }
  }
}
