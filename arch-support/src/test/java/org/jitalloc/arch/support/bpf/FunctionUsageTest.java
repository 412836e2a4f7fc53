package org.jitalloc.arch.support.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jitalloc.arch.bpf.BpfOp;
import org.junit.jupiter.api.Test;

class FunctionUsageTest {

  @Test
  void functions_saveWhatTheyWrite_theFirstOneForAll() {
    // The first function calls the second, which writes r7 and reads r8.
    var source = new Program().callLocal(1).exit().mov(7, 1).copy(0, 8).exit().source(true);
    var usage = new FunctionUsage(source);
    var first = source.functions().get(0);
    var second = source.functions().get(1);
    assertEquals(List.of(7, 8), usage.saves(first));
    assertEquals(List.of(7), usage.saves(second));
    assertTrue(usage.calls(first));
    assertFalse(usage.calls(second));
    assertTrue(usage.needsFrame(), "a run can be stopped where a function is entered");
    assertTrue(usage.leavesFromDepth());
  }

  @Test
  void stack_isInheritedFromCallees() {
    // 0: call 2  1: exit  2: call 4  3: exit  4: r0 = [r10-8]  5: exit
    var source = new Program().callLocal(1).exit().callLocal(1).exit().load(0, BpfOp.FP, -8).exit();
    var usage = new FunctionUsage(source.source(true));
    assertTrue(usage.usesStack());
    for (var function : source.source(true).functions()) {
      assertTrue(usage.hasStack(function));
    }
    var none = new FunctionUsage(new Program().callLocal(1).exit().mov(0, 1).exit().source(true));
    assertFalse(none.usesStack());
  }

  @Test
  void frame_isNeededForHelpersAndForTests() {
    assertTrue(new FunctionUsage(new Program().call(1).exit().source(false)).needsFrame());
    assertTrue(new FunctionUsage(new Program().load(0, 1, 0).exit().source(true)).needsFrame());
    assertFalse(new FunctionUsage(new Program().load(0, 1, 0).exit().source(false)).needsFrame());
    assertFalse(
        new FunctionUsage(new Program().load(0, BpfOp.FP, -8).exit().source(true)).needsFrame());
    var deep = new Program().callLocal(1).exit().load(0, 1, 0).exit();
    assertTrue(new FunctionUsage(deep.source(true)).leavesFromDepth());
  }
}
