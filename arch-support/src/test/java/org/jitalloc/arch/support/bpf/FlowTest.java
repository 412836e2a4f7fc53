package org.jitalloc.arch.support.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FlowTest {

  private static Flow flow(Program program) {
    return new Flow(program.source(true));
  }

  private static int set(int... registers) {
    int set = 0;
    for (int r : registers) {
      set |= 1 << r;
    }
    return set;
  }

  @Test
  void live_straightCode_isWhatIsReadLater() {
    var flow = flow(new Program().copy(0, 1).add(0, 1).exit());
    assertEquals(set(1), flow.liveBefore(0));
    assertEquals(set(0), flow.liveAfter(0));
    assertTrue(flow.isDeadAfter(0, 1));
    assertEquals(set(0), flow.liveAfter(2));
  }

  @Test
  void live_branch_isWhatEitherWayReads() {
    var flow = flow(new Program().jumpIfZero(1, 2).copy(0, 2).exit().copy(0, 3).exit());
    assertEquals(set(1, 2, 3), flow.liveBefore(0));
    assertEquals(set(2, 3), flow.liveAfter(0));
  }

  @Test
  void live_loop_isWhatTheNextRoundReads() {
    // 0: r0 = 0  1: r0 += 1  2: if r3 == 0 goto 4  3: goto 1  4: exit
    var flow = flow(new Program().mov(0, 0).add(0, 1).jumpIfZero(3, 1).jump(-3).exit());
    assertEquals(set(0, 3), flow.liveAfter(3));
    assertTrue(flow.isLoopHead(1));
    assertFalse(flow.isLoopHead(4));
    assertTrue(flow.isTarget(4));
    assertFalse(flow.isTarget(2));
  }

  @Test
  void live_helper_readsItsArgumentsAndLosesThem() {
    var flow = flow(new Program().call(1).copy(0, 6).exit());
    assertEquals(set(1, 2, 3, 4, 5, 6), flow.liveBefore(0));
    assertEquals(set(6), flow.liveAfter(0));
  }

  @Test
  void live_localCall_readsWhatTheCalleeReads_andKeepsWhatItPreserves() {
    // 0: call 3  1: r0 = r6  2: exit  3: r0 = r2  4: exit
    var flow = flow(new Program().callLocal(2).copy(0, 6).exit().copy(0, 2).exit());
    assertTrue(RegisterSet.has(flow.liveBefore(0), 2));
    assertTrue(RegisterSet.has(flow.liveBefore(0), 6));
    // The caller may read r0 of a function; r1 to r5 are 0 after a call.
    assertEquals(RegisterSet.R0, flow.liveAfter(4));
  }

  @Test
  void run_entered_isNotStraight() {
    var flow = flow(new Program().jumpIfZero(1, 1).mov(0, 1).mov(0, 2).mov(0, 3).exit());
    assertFalse(flow.isStraight(1, 2));
    assertTrue(flow.isStraight(2, 3));
    assertFalse(flow.isStraight(4, 2), "behind the end");
  }
}
