package org.jitalloc.core.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Upcall;
import org.jitalloc.arch.Arch;
import org.jitalloc.core.host.MachineArch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Code of the host target, called. */
class FunctionTest {

  private final TargetMemory memory = MemoryLifeTest.openTarget("host", policy());
  private final OwnerAllocator allocator = memory.allocatorFor("test");

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

  private JitMemory emitX86(String hex) {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "the body here is x86 code");
    return emit(HexFormat.of().parseHex(hex));
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
    JitMemory block = emitX86("f2480f2ac7f20f58c1c3"); // cvtsi2sd xmm0, rdi; addsd xmm0, xmm1; ret
    MethodHandle function =
        block.function(
            0,
            FunctionDescriptor.of(
                java.lang.foreign.ValueLayout.JAVA_DOUBLE,
                JAVA_LONG,
                java.lang.foreign.ValueLayout.JAVA_DOUBLE,
                java.lang.foreign.ValueLayout.JAVA_DOUBLE));
    assertEquals(42.5, (double) function.invokeExact(40L, 0.0, 2.5));
  }

  @Test
  void freedWhileAThreadIsInside_staysUntilItIsOut() throws Throwable {
    // mov dword [rdi], 1; wait: pause; cmp dword [rdi+4], 0; je wait; mov eax, 7; ret
    JitMemory block = emitX86("c70701000000f390837f040074f8b807000000c3");
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
      byte[] code = memory.space().read(block.address(), 2);
      assertArrayEquals(new byte[] {(byte) 0xc7, 7}, code, "not filled with traps yet");
      JAVA_INT.varHandle().setVolatile(flags, 4L, 1);
      assertEquals(7, result.get());
      assertEquals(0, allocator.stats().pendingBytes());
      assertNotEquals((byte) 0xc7, memory.space().read(block.address(), 1)[0]);
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
      ByteBuffer code = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      code.putShort((short) 0xb848).putLong(upcall.address()).putShort((short) 0xe0ff);
      JitMemory block = emitX86(HexFormat.of().formatHex(code.array())); // mov rax, …; jmp rax
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
