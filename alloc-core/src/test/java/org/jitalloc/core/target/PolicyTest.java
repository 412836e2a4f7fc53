package org.jitalloc.core.target;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jitalloc.AllocationRequest;
import org.jitalloc.ClientAllocator;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.OwnerUse;
import org.jitalloc.Privilege;
import org.jitalloc.Purpose;
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.policy.Constraints;
import org.jitalloc.core.policy.Limits;
import org.jitalloc.core.policy.Policy;
import org.jitalloc.core.policy.RequestSelector;
import org.jitalloc.core.policy.Rule;
import org.jitalloc.core.quota.Rulebook;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What rules deny, when, and how it is counted. */
class PolicyTest {
  private static final RequestSelector A =
      RequestSelector.parse(List.of("a"), List.of(), List.of());
  private static final RequestSelector A_BPF =
      RequestSelector.parse(List.of("a"), List.of("BPF"), List.of());

  private final TargetMemory memory = MemoryLifeTest.openTarget("host");
  private final OwnerAllocator a = memory.allocatorFor("a");
  private final OwnerAllocator b = memory.allocatorFor("b");

  @AfterEach
  void close() {
    memory.close();
  }

  private static Rule limit(RequestSelector selection, long bytes, long allocations) {
    return new Rule("limit", selection, Constraints.NONE, new Limits(bytes, allocations, false));
  }

  private static Rule terms(Constraints terms) {
    return new Rule("terms", A, terms, Limits.NONE);
  }

  @Test
  void limit_isForAllTargetsTogether_andForEachNameAlone() {
    var rules = new Rulebook();
    TargetMemory two = MemoryLifeTest.openTarget("image-amd64", LeakPolicy.DEFAULT, rules);
    try (TargetMemory one = MemoryLifeTest.openTarget("host", LeakPolicy.DEFAULT, rules)) {
      OwnerAllocator here = one.allocatorFor("a");
      OwnerAllocator there = two.allocatorFor("a");
      JitMemory before = here.allocate(ModMemType.TEXT, 300);
      rules.use(new Policy(List.of(limit(A, 1000, 0))));
      there.allocate(ModMemType.DATA, 600);
      assertDenied(here, ModMemType.TEXT, 101, "rule=limit maxBytes=1000 heldBytes=900");
      assertDenied(there, ModMemType.TEXT, 101, "heldBytes=900");
      two.allocatorFor("b").allocate(ModMemType.TEXT, 5000);
      before.close();
      there.allocate(ModMemType.TEXT, 400);
      assertDenied(here, ModMemType.TEXT, 1, "heldBytes=1000");
      two.close();
      here.allocate(ModMemType.TEXT, 1000);
      assertDenied(here, ModMemType.TEXT, 1, "heldBytes=1000");
    }
  }

  @Test
  void client_isUnderTheRulesForIt_togetherWithWhatItHasItself() {
    OwnerAllocator service = memory.allocatorFor("service");
    OwnerAllocator bundle = memory.allocatorFor("acme");
    ClientAllocator client = service.forClient("acme");
    use(limit(RequestSelector.parse(List.of("acme"), List.of(), List.of()), 1000, 0));
    JitMemory code = client.allocate(ModMemType.TEXT, 600);
    assertDenied(bundle, ModMemType.TEXT, 401, "rule=limit maxBytes=1000 heldBytes=600");
    bundle.allocate(ModMemType.TEXT, 400);
    assertEquals(List.of("acme"), uses().stream().map(OwnerUse::owner).distinct().toList());
    assertEquals(1000, uses().getFirst().usedBytes());
    assertEquals(1000, uses().getFirst().peakBytes());
    bundle.close();
    assertEquals(JitMemory.State.FORMING, code.state(), "the bundle gave back what it had itself");
    client.allocate(ModMemType.TEXT, 400);
    service.close();
    assertEquals(JitMemory.State.FREED, code.state(), "the service went, with its clients' memory");
    assertEquals(List.of(), uses());
    assertThrows(JitAllocException.class, () -> service.forClient("acme"));
    assertThrows(JitAllocException.class, () -> client.allocate(ModMemType.TEXT, 1));
  }

  /** Who holds what, but for the core: on some machines it has code of its own. */
  private List<OwnerUse> uses() {
    return memory.owners().stream()
        .filter(use -> !use.owner().equals("org.jitalloc.core"))
        .toList();
  }

  private static void assertDenied(
      OwnerAllocator allocator, ModMemType type, long bytes, String why) {
    var denied = assertThrows(JitAllocException.class, () -> allocator.allocate(type, bytes));
    assertEquals(Reason.DENIED, denied.reason());
    assertTrue(denied.getMessage().contains(why), denied.getMessage());
  }

  private void use(Rule... rules) {
    memory.rulebook().use(new Policy(List.of(rules)));
  }

  private static JitMemory text(JitAllocator allocator, long bytes) {
    return allocator.allocate(ModMemType.TEXT, bytes);
  }

  private static AllocationRequest bpf(long bytes) {
    return AllocationRequest.of(ModMemType.TEXT, bytes).withPurpose(Purpose.BPF);
  }

  private static String denied(org.junit.jupiter.api.function.Executable call) {
    JitAllocException denial = assertThrows(JitAllocException.class, call);
    assertEquals(Reason.DENIED, denial.reason(), denial.getMessage());
    return String.valueOf(denial.getMessage());
  }

  private OwnerUse textOf(String owner) {
    return a.owners().stream()
        .filter(use -> use.owner().equals(owner) && use.type() == ModMemType.TEXT)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void bytes_upToTheLimit_andNoneMore() {
    use(limit(A, 1000, 0));
    text(a, 600);
    text(a, 400);
    String message = denied(() -> text(a, 1));
    for (String word :
        List.of(
            "rule=limit maxBytes=1000 heldBytes=1000 heldAllocations=2",
            "target=host owner=a type=TEXT purpose=MODULES bytes=1")) {
      assertTrue(message.contains(word), message);
    }
    text(b, 5000);
    assertEquals(1, textOf("a").denied());
    assertEquals(0, textOf("b").denied());
    assertEquals(1, a.stats().denied());
  }

  @Test
  void allocations_upToTheLimit_andWhatIsFreedCanBeHadAgain() {
    use(limit(A, 0, 3));
    List<JitMemory> held = new ArrayList<>();
    for (int round = 0; round < 1000; round++) {
      while (held.size() < 3) {
        held.add(text(a, 100));
      }
      denied(() -> text(a, 100));
      held.removeFirst().close();
    }
    assertEquals(1000, textOf("a").denied());
    assertEquals(3, textOf("a").peakLive());
    assertEquals(300, textOf("a").peakBytes());
  }

  @Test
  void oneLimit_isForAllTypes() {
    use(limit(A, 1000, 0));
    a.allocate(ModMemType.DATA, 500);
    a.allocate(ModMemType.RO_AFTER_INIT, 300);
    denied(() -> text(a, 201));
    text(a, 200);
  }

  @Test
  void request_thatNeverFits_isDeniedForThat_howeverLarge() {
    use(limit(A, 1000, 0));
    text(a, 10).close();
    assertTrue(denied(() -> text(a, 1L << 62)).contains("heldBytes=0"));
    long slabs = a.stats().slabs();
    denied(() -> text(a, 100 << 20));
    assertEquals(slabs, a.stats().slabs());
  }

  @Test
  void limit_ofAConsumer_leavesOthersAlone_andSeveralRulesHoldTogether() {
    use(limit(A, 1000, 0), new Rule("bpf", A_BPF, Constraints.NONE, new Limits(100, 0, false)));
    a.allocate(bpf(100));
    assertTrue(denied(() -> a.allocate(bpf(1))).contains("rule=bpf"));
    JitMemory rest = text(a, 900);
    assertTrue(denied(() -> text(a, 1)).contains("rule=limit"));
    rest.close();
    // What the first rule let pass and the second did not was not counted.
    text(a, 900);
  }

  @Test
  void limit_together_isForAllOwners_andThoseThatCome() {
    var together =
        new Rule("both", RequestSelector.ALL, Constraints.NONE, new Limits(1000, 0, true));
    JitMemory before = text(a, 300);
    use(together);
    text(b, 300);
    OwnerAllocator c = memory.allocatorFor("c");
    text(c, 400);
    for (OwnerAllocator each : List.of(a, b, c)) {
      assertTrue(denied(() -> text(each, 1)).contains("heldBytes=1000"));
    }
    before.close();
    text(c, 300);
    c.close();
    text(b, 700);
    denied(() -> text(a, 1));
  }

  @Test
  void limit_loweredBelowWhatIsHeld_deniesNewOnes_andLosesNothing() {
    List<JitMemory> held = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      held.add(text(a, 100).publish());
    }
    use(limit(A, 250, 0));
    assertTrue(denied(() -> text(a, 1)).contains("heldBytes=1000"));
    for (JitMemory block : held) {
      assertEquals(JitMemory.State.LIVE, block.state());
    }
    for (int i = 0; i < 7; i++) {
      held.removeFirst().close();
      denied(() -> text(a, 1));
    }
    held.removeFirst().close();
    text(a, 50);
    denied(() -> text(a, 1));
    use(limit(A, 251, 0));
    text(a, 1);
    denied(() -> text(a, 1));
    use();
    text(a, 10_000);
    assertEquals(textOf("a").live(), 5);
  }

  @Test
  void terms_types_andNothingAtAll() {
    use(terms(Constraints.parse(true, List.of("DATA", "RODATA"), List.of(), List.of(), true)));
    a.allocate(ModMemType.DATA, 10);
    assertTrue(denied(() -> text(a, 10)).contains("rule=terms types="));
    use(terms(Constraints.parse(false, List.of(), List.of(), List.of(), true)));
    assertTrue(denied(() -> a.allocate(ModMemType.DATA, 10)).contains("rule=terms allow=false"));
    denied(() -> a.newModuleMemory().allocate(bpf(10)));
    text(b, 10);
    assertEquals(3, a.stats().denied());
  }

  @Test
  void terms_ofAnotherTarget_sayNothing() {
    RequestSelector images = RequestSelector.parse(List.of("a"), List.of(), List.of("image-*"));
    Constraints nothing = Constraints.parse(false, List.of(), List.of(), List.of(), true);
    use(new Rule("images", images, nothing, Limits.NONE));
    text(a, 10);
  }

  @Test
  void terms_memoryModes() {
    String mode = a.memoryMode().name();
    use(terms(new Constraints(true, Set.of(ModMemType.values()), Set.of("another"), true)));
    String message = denied(() -> text(a, 10));
    assertTrue(message.contains("memoryModes=[another], but new memory has the mode " + mode), message);
    use(terms(new Constraints(true, Set.of(ModMemType.values()), Set.of(mode), true)));
    text(a, 10);
  }

  @Test
  void terms_unchecked() {
    assertDoesNotThrow(() -> a.require(Privilege.UNCHECKED_CODE, Purpose.BPF));
    Constraints checked = Constraints.parse(true, List.of(), List.of(), List.of(), false);
    use(new Rule("safe", A_BPF, checked, Limits.NONE));
    String message = denied(() -> a.require(Privilege.UNCHECKED_CODE, Purpose.BPF));
    assertTrue(message.contains("rule=safe unchecked=false"), message);
    assertDoesNotThrow(() -> a.require(Privilege.UNCHECKED_CODE, Purpose.MODULES));
    assertDoesNotThrow(() -> b.require(Privilege.UNCHECKED_CODE, Purpose.BPF));
    a.allocate(bpf(10));
  }

  @Test
  void core_isNotBound() {
    use(
        new Rule(
            "nobody",
            RequestSelector.ALL,
            Constraints.parse(false, List.of(), List.of(), List.of(), true),
            Limits.NONE));
    memory.blocks().allocate(memory.core(), AllocationRequest.of(ModMemType.TEXT, 64)).close();
    denied(() -> text(b, 1));
  }

  @Test
  void owners_tellsByPurposeAndType_andForgetsWhoIsGone() {
    use(limit(A, 1000, 0));
    JitMemory first = text(a, 100);
    JitMemory second = text(a, 100);
    a.allocate(bpf(50));
    first.close();
    second.close();
    text(a, 30);
    denied(() -> a.allocate(ModMemType.DATA, 2000));
    assertEquals(
        List.of(
            new OwnerUse("a", Purpose.MODULES, ModMemType.TEXT, 1, 30, 2, 200, 0),
            new OwnerUse("a", Purpose.MODULES, ModMemType.DATA, 0, 0, 0, 0, 1),
            new OwnerUse("a", Purpose.BPF, ModMemType.TEXT, 1, 50, 1, 50, 0)),
        a.owners().stream().filter(use -> use.owner().equals("a")).toList());
    long allocated = b.stats().allocated();
    a.close();
    assertEquals(List.of(), b.owners().stream().filter(u -> u.owner().equals("a")).toList());
    assertEquals(allocated, b.stats().allocated());
    assertEquals(1, b.stats().denied());
  }
}
