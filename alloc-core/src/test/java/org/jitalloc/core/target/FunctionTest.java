package org.jitalloc.core.target;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Upcall;
import org.jitalloc.arch.Arch;
import org.jitalloc.core.block.Functions;
import org.jitalloc.core.host.Bodies;
import org.jitalloc.core.host.MachineArch;
import org.jitalloc.core.leak.LeakPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Code of the host target, called. */
class FunctionTest {
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final TargetMemory memory = MemoryLifeTest.openTarget("host", policy());
  private final OwnerAllocator allocator = memory.allocatorFor("test");
  private final Bodies bodies = Bodies.ofThisMachine();

  LeakPolicy policy() {
    return LeakPolicy.DEFAULT;
  }

  @AfterEach
  void close() {
    memory.close();
  }

  private JitMemory emit(byte[] code) {
    JitMemory block = allocator.allocate(ModMemType.TEXT, code.length);
    block.write(0, code);
    return block.publish();
  }

  @Test
  void function_runs_andThrowsAfterClose() throws Throwable {
    Arch arch = MachineArch.get();
    JitMemory block = emit(arch.returnConstant(99));
    MethodHandle function = block.function(0, FunctionDescriptor.of(JAVA_INT));
    assertEquals(99, (int) function.invokeExact());
    block.close();
    JitAllocException refused =
        assertThrows(
            JitAllocException.class,
            () -> {
              int result = (int) function.invokeExact();
              assertNotEquals(99, result);
            });
    assertEquals(Reason.WRONG_STATE, refused.reason());
  }

  @Test
  void function_passesArgumentsThrough() throws Throwable {
    JitMemory block = emit(bodies.sumOfMixedArguments());
    MethodHandle function =
        block.function(
            0,
            FunctionDescriptor.of(
                ValueLayout.JAVA_DOUBLE,
                JAVA_LONG,
                ValueLayout.JAVA_DOUBLE,
                ValueLayout.JAVA_DOUBLE));
    assertEquals(42.5, (double) function.invokeExact(40L, 0.0, 2.5));
  }

  @Test
  void functions_ofOneSignature_keepTheirOwnCodeAndState() throws Throwable {
    FunctionDescriptor signature = FunctionDescriptor.of(JAVA_INT);
    JitMemory one = emit(MachineArch.get().returnConstant(1));
    JitMemory two = emit(MachineArch.get().returnConstant(2));
    MethodHandle first = one.function(0, signature);
    MethodHandle second = two.function(0, FunctionDescriptor.of(JAVA_INT));
    assertEquals(1, (int) first.invokeExact());
    assertEquals(2, (int) second.invokeExact());
    one.close();
    assertThrows(JitAllocException.class, () -> first.invoke());
    assertEquals(2, (int) second.invokeExact());
  }

  @Test
  void functions_ofManySignatures_runAndKeepABoundedNumberOfInvokers() throws Throwable {
    JitMemory block = emit(MachineArch.get().returnConstant(3));
    ValueLayout[] types = {JAVA_INT, JAVA_LONG, ValueLayout.JAVA_SHORT, ValueLayout.JAVA_BYTE};
    int signatures = 2 * Functions.mostInvokers();
    for (int i = 0; i < signatures; i++) {
      FunctionDescriptor signature = FunctionDescriptor.of(JAVA_INT);
      for (int rest = i; rest > 0; rest /= types.length) {
        signature = signature.appendArgumentLayouts(types[rest % types.length]);
      }
      MethodHandle function = block.function(0, signature);
      assertEquals(signature.toMethodType(), function.type());
      if (i == 0 || i == signatures - 1) {
        assertEquals(3, function.invokeWithArguments(zeros(function.type())));
      }
    }
    assertTrue(Functions.invokers() <= Functions.mostInvokers(), () -> "" + Functions.invokers());
  }

  private static Object[] zeros(MethodType type) {
    return type.parameterList().stream()
        .map(one -> MethodHandles.zero(one))
        .map(FunctionTest::result)
        .toArray();
  }

  private static Object result(MethodHandle zero) {
    try {
      return zero.invoke();
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Test
  void freedWhileAThreadIsInside_staysUntilItIsOut() throws Throwable {
    byte[] body = bodies.waits();
    JitMemory block = emit(body);
    try (Arena arena = Arena.ofShared();
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      MemorySegment flags = arena.allocate(8, 8);
      MethodHandle function = block.function(0, FunctionDescriptor.of(JAVA_INT, ADDRESS));
      Future<Integer> result = thread.submit(() -> call(function, flags));
      while ((int) JAVA_INT.varHandle().getVolatile(flags, 0L) == 0) {
        Thread.onSpinWait();
      }
      block.close();
      assertTrue(allocator.stats().pendingBytes() >= block.bytes(), "not given to others yet");
      byte[] code = memory.space().read(block.address(), body.length);
      assertArrayEquals(body, code, "not filled with traps yet");
      JAVA_INT.varHandle().setVolatile(flags, 4L, 1);
      assertEquals(7, result.get());
      awaitNothingPending();
      byte[] fill = MachineArch.get().trapFill();
      assertArrayEquals(fill, memory.space().read(block.address(), fill.length));
    }
  }

  /** The reaper may be at it already. */
  private void awaitNothingPending() {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (allocator.stats().pendingBytes() != 0) {
      assertTrue(System.nanoTime() < deadline, "no thread is inside, and it is not given back");
      Thread.onSpinWait();
    }
  }

  private static int call(MethodHandle function, MemorySegment flags) throws Exception {
    try {
      return (int) function.invokeExact(flags);
    } catch (Error | Exception failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void upcall_reachesJava_andAFailureGivesZero() throws Throwable {
    MethodHandle method =
        MethodHandles.lookup()
            .findStatic(FunctionTest.class, "twice", MethodType.methodType(long.class, long.class));
    FunctionDescriptor descriptor = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
    try (Upcall upcall = allocator.upcall(method, descriptor)) {
      JitMemory block = emit(bodies.jumpsTo(upcall.address()));
      MethodHandle function = block.function(0, descriptor);
      assertEquals(42, (long) function.invokeExact(21L));
      assertEquals(0, (long) function.invokeExact(-1L));
    }
  }

  static long twice(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative: " + value);
    }
    return 2 * value;
  }
}
