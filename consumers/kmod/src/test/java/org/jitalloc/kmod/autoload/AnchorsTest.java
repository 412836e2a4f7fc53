package org.jitalloc.kmod.autoload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.jitalloc.kmod.RequestOutcome;
import org.jitalloc.kmod.RequestOutcome.HelperDone;
import org.jitalloc.kmod.autoload.Anchors.Anchor;
import org.jitalloc.kmod.autoload.Anchors.Claim;
import org.junit.jupiter.api.Test;

/** The clock of the cache is that of the queue, which the test advances. */
final class AnchorsTest {
  private static final Duration MEMORY = Duration.ofSeconds(60);
  private static final RequestOutcome FAILED = new HelperDone(1);

  private final TestQueue queue = new TestQueue();
  private final Random random = new Random(1);
  private final Anchors anchors = new Anchors(queue, MEMORY);

  private void pass(Duration time) {
    queue.pass(time, random);
  }

  private Anchor announced(String name) {
    Claim claim = anchors.claim(name);
    assertTrue(claim.isOwn(), name);
    anchors.announce(claim.anchor(), FAILED);
    pass(Duration.ZERO);
    return claim.anchor();
  }

  @Test
  void answer_isGivenUntilItIsTooOld_alsoAFailure() {
    Anchor first = announced("fs-moon");
    assertEquals(FAILED, first.result().join());
    pass(MEMORY.minusNanos(1));
    Claim later = anchors.claim("fs-moon");
    assertFalse(later.isOwn());
    assertSame(first, later.anchor());
    assertTrue(anchors.isKnown("fs-moon"));
    pass(Duration.ofNanos(1));
    assertFalse(anchors.isKnown("fs-moon"));
    Claim again = anchors.claim("fs-moon");
    assertTrue(again.isOwn());
    assertNotSame(first, again.anchor());
  }

  @Test
  void readingAnAnswer_doesNotMakeItYounger() {
    announced("fs-moon");
    for (int i = 0; i < 60; i++) {
      assertFalse(anchors.claim("fs-moon").isOwn());
      assertTrue(anchors.isKnown("fs-moon"));
      pass(Duration.ofSeconds(1));
    }
    assertTrue(anchors.claim("fs-moon").isOwn());
  }

  @Test
  void requestThatTakesLong_staysTheFirst_andItsAgeCountsFromItsEnd() {
    Claim first = anchors.claim("slow");
    pass(Duration.ofDays(365));
    assertSame(first.anchor(), anchors.claim("slow").anchor());
    anchors.announce(first.anchor(), FAILED);
    pass(MEMORY.minusNanos(1));
    assertFalse(anchors.claim("slow").isOwn());
    pass(Duration.ofNanos(1));
    assertTrue(anchors.claim("slow").isOwn());
  }

  @Test
  void withoutMemory_anAnswerIsForgottenAtOnce() {
    var forgetful = new Anchors(queue, Duration.ZERO);
    forgetful.announce(forgetful.claim("fs-moon").anchor(), FAILED);
    pass(Duration.ZERO);
    assertTrue(forgetful.claim("fs-moon").isOwn());
  }

  @Test
  void answersHaveABound_andRequestsThatAreNotDecidedAreNeverEvicted() {
    Anchor slow = anchors.claim("slow").anchor();
    for (int i = 0; i < 3 * Anchors.MOST_ANSWERS; i++) {
      announced("name-" + i);
    }
    assertTrue(anchors.size() <= Anchors.MOST_ANSWERS + 1, () -> "size " + anchors.size());
    assertSame(slow, anchors.claim("slow").anchor());
    // Caffeine removes expired entries about once a minute, and 1,000 entries at a time.
    pass(MEMORY.multipliedBy(3));
    for (int left = Anchors.MOST_ANSWERS; left > 1000; left -= 1000) {
      anchors.size();
    }
    assertEquals(1, anchors.size());
  }

  @Test
  void manyUndecidedRequests_areAllKept() {
    int many = 2 * Anchors.MOST_ANSWERS;
    for (int i = 0; i < many; i++) {
      anchors.claim("name-" + i);
    }
    assertEquals(many, anchors.size());
    for (int i = 0; i < many; i++) {
      assertFalse(anchors.claim("name-" + i).isOwn());
    }
  }
}
