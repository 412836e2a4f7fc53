package org.jitalloc.modules.duplicates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jitalloc.modules.ModuleState;
import org.jitalloc.modules.duplicates.NameAnswer.Free;
import org.jitalloc.modules.duplicates.NameAnswer.Taken;
import org.jitalloc.modules.stats.DuplicateFailure;
import org.jitalloc.modules.stats.DuplicateStage;
import org.jitalloc.modules.stats.ModuleStats;
import org.junit.jupiter.api.Test;

class ModuleNamesTest {
  private final ModuleStats stats = new ModuleStats();
  private final ModuleNames names = new ModuleNames(stats);

  private NameHolder claimed(String name) {
    return assertInstanceOf(NameHolder.class, names.claim(name).join());
  }

  @Test
  void look_atAFreeName_takesNothing() {
    assertEquals(Free.FREE, names.look("kvm").join());
    claimed("kvm");
    assertTrue(stats.snapshot().duplicates().isEmpty());
  }

  @Test
  void loads_ofAModuleThatIsThere_areRefusedAtOnce() {
    claimed("kvm").advance(ModuleState.LIVE);
    assertEquals(Taken.EXISTS, names.look("kvm").join());
    assertEquals(Taken.EXISTS, names.claim("kvm").join());
    assertEquals(
        List.of(
            new DuplicateFailure("kvm", 2, Set.of(DuplicateStage.BECOMING, DuplicateStage.LOAD))),
        stats.snapshot().duplicates());
  }

  @Test
  void loads_waitForAnother_andAreRefusedHoweverItEnds() {
    NameHolder good = claimed("kvm");
    NameHolder bad = claimed("nvme");
    CompletableFuture<NameAnswer> kvm = names.look("kvm");
    CompletableFuture<NameAnswer> nvme = names.claim("nvme");
    good.advance(ModuleState.COMING);
    bad.advance(ModuleState.COMING);
    assertFalse(kvm.isDone() || nvme.isDone());
    good.advance(ModuleState.LIVE);
    bad.advance(ModuleState.GOING);
    assertEquals(Taken.EXISTS, kvm.join());
    assertEquals(Taken.BUSY, nvme.join());
    bad.close();
    claimed("nvme");
  }

  @Test
  void loads_waitForAnotherThatFailsEarly_andDoNotTryInItsPlace() {
    NameHolder first = claimed("kvm");
    CompletableFuture<NameAnswer> look = names.look("kvm");
    CompletableFuture<NameAnswer> claim = names.claim("kvm");
    first.close();
    assertEquals(Taken.BUSY, look.join());
    assertEquals(Taken.BUSY, claim.join());
    assertEquals(Free.FREE, names.look("kvm").join());
  }

  @Test
  void loads_duringUnload_areRefused_andWaitWhileItIsTakenApart() {
    NameHolder holder = claimed("kvm");
    holder.advance(ModuleState.LIVE);
    holder.advance(ModuleState.GOING);
    assertEquals(Taken.BUSY, names.look("kvm").join());
    holder.advance(ModuleState.UNFORMED);
    CompletableFuture<NameAnswer> during = names.claim("kvm");
    assertFalse(during.isDone());
    holder.close();
    assertEquals(Taken.BUSY, during.join());
  }

  @Test
  void holder_thatGaveItsNameBack_cannotChangeIt() {
    NameHolder old = claimed("kvm");
    old.close();
    old.close();
    claimed("kvm");
    old.close();
    assertThrows(IllegalStateException.class, () -> old.advance(ModuleState.LIVE));
    CompletableFuture<NameAnswer> other = names.look("kvm");
    assertFalse(other.isDone());
  }

  @Test
  void answers_cannotBeForgedByThoseWhoWait() {
    NameHolder holder = claimed("kvm");
    names.look("kvm").complete(Free.FREE);
    CompletableFuture<NameAnswer> other = names.look("kvm");
    assertFalse(other.isDone());
    holder.advance(ModuleState.LIVE);
    assertEquals(Taken.EXISTS, other.join());
  }
}
