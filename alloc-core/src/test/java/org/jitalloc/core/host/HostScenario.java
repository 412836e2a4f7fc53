package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.TrapHandler;

/**
 * Exercises all functions of a host address space, in independent parts. Each part checks the
 * conditions that hold whichever of its system calls fails.
 */
final class HostScenario {

  private static final long SLAB = PageSizes.GRANULE;

  /** More bytes than the longest single write of a {@link CodeMapping}. */
  private static final long FILLED = 270_000;

  private static final byte[] DATA = {1, 2, 3, 4, 5, 6, 7, 8, 9};

  private final Arch arch = MachineArch.get();
  private final HostSpace space;
  private final FaultyCalls calls;
  private final long start;

  HostScenario(HostSpace space, FaultyCalls calls) {
    this.space = space;
    this.calls = calls;
    AddressSpaceLayout.Process layout = (AddressSpaceLayout.Process) space.layout();
    start = layout.window().start();
  }

  /** A part of the scenario. */
  private interface Part {
    void run() throws Throwable;
  }

  /** Runs all parts. If a part fails because of the injected failure, runs the remaining parts. */
  void run() throws Throwable {
    placeCacheFlush();
    part(() -> text(start + SLAB));
    part(() -> data(start + 2 * SLAB, PageProtection.RO));
    part(() -> data(start + 2 * SLAB, PageProtection.RW));
    part(() -> sealing(start + 3 * SLAB));
    part(() -> parts(start + 7 * SLAB));
    part(this::traps);
    part(() -> assertTrue(space.hugePageBytes(start, 4 * SLAB) >= 0));
  }

  /** Uses addresses that were not used before. No call fails after the injected failure. */
  void useAgain() throws Throwable {
    text(start + 4 * SLAB);
    data(start + 5 * SLAB, PageProtection.RW);
  }

  private void part(Part part) throws Throwable {
    try {
      part.run();
    } catch (JitAllocException failure) {
      assertNamed(failure);
      useAgain();
    }
  }

  /** Checks that an exception reports the injected failure; otherwise throws it. */
  void assertNamed(JitAllocException failure) {
    if (!failure.getMessage().contains(calls.failed()) || calls.failed().isEmpty()) {
      throw failure;
    }
    assertTrue(failure.getMessage().contains("injected (errno "), failure::getMessage);
  }

  /** Writes the cache maintenance function. Retries elsewhere: no code can run without it. */
  private void placeCacheFlush() {
    byte[] code = arch.cacheFlush().orElse(null);
    if (code == null) {
      return;
    }
    try {
      placeCacheFlush(start, code);
    } catch (JitAllocException failure) {
      assertNamed(failure);
      placeCacheFlush(start + 6 * SLAB, code);
    }
  }

  private void placeCacheFlush(long at, byte[] code) {
    space.map(at, SLAB, PageProtection.ROX);
    space.write(at, code);
    space.useCacheFlush(at);
  }

  private void map(long at, PageProtection protection) throws IOException {
    try {
      space.map(at, SLAB, protection);
    } catch (JitAllocException failure) {
      assertEquals(List.of("---"), ProcessState.permissions(at, SLAB).stream().distinct().toList());
      throw failure;
    }
  }

  private void text(long at) throws Throwable {
    map(at, PageProtection.ROX);
    assertArrayEquals(trap(64), space.read(at + 4096, 64));
    code(at, 7);
    assertEquals(7, call(at));
    try {
      code(at, 8);
      assertEquals(8, call(at));
    } catch (JitAllocException failure) {
      assertTrue(List.of(7, 8).contains(call(at)), "code is callable after a failed change");
      throw failure;
    }
    assertEquals(List.of("r-x"), ProcessState.permissions(at, SLAB).stream().distinct().toList());
    space.fill(at, FILLED, arch.trapFill());
    assertArrayEquals(trap(64), space.read(at, 64));
    space.unmap(at, SLAB, PageProtection.ROX);
    map(at, PageProtection.ROX);
    assertArrayEquals(trap(64), space.read(at, 64));
    space.unmap(at, SLAB, PageProtection.ROX);
  }

  private void code(long at, int value) {
    space.write(at, arch.returnConstant(value));
    space.makeCoherent(at, 64);
    space.sync();
    space.barrier();
  }

  private static int call(long address) throws Throwable {
    return (int)
        Linker.nativeLinker()
            .downcallHandle(MemorySegment.ofAddress(address), FunctionDescriptor.of(JAVA_INT))
            .invokeExact();
  }

  private byte[] trap(int bytes) {
    return RawMemory.repeat(arch.trapFill(), 0, bytes);
  }

  private void data(long at, PageProtection protection) throws IOException {
    map(at, protection);
    space.write(at + 4090, DATA);
    assertArrayEquals(DATA, space.read(at + 4090, DATA.length));
    space.fill(at, FILLED, new byte[1]);
    assertArrayEquals(new byte[DATA.length], space.read(at + 4090, DATA.length));
    space.unmap(at, SLAB, protection);
    assertEquals(List.of("---"), ProcessState.permissions(at, SLAB).stream().distinct().toList());
  }

  private void parts(long at) throws Throwable {
    map(at, PageProtection.ROX);
    code(at, 7);
    long part = at + SLAB / 2;
    if (space.decommit(part, 16 * space.pageBytes(), PageProtection.ROX)) {
      recommit(part, 16 * space.pageBytes());
    }
    assertEquals(7, call(at));
    space.unmap(at, SLAB, PageProtection.ROX);
  }

  /** Recommits pages. After a failure they are inaccessible, and a second attempt succeeds. */
  private void recommit(long at, long bytes) throws IOException {
    try {
      space.recommit(at, bytes, PageProtection.ROX);
    } catch (JitAllocException failure) {
      assertNamed(failure);
      assertEquals(
          List.of("---"), ProcessState.permissions(at, bytes).stream().distinct().toList());
      space.recommit(at, bytes, PageProtection.ROX);
    }
    assertArrayEquals(trap(64), space.read(at, 64));
  }

  private void sealing(long at) throws IOException {
    long page = space.pageBytes();
    map(at, PageProtection.RW);
    space.protect(at + page, page, PageProtection.RO);
    assertEquals(List.of("r--"), ProcessState.permissions(at + page, page));
    space.protect(at + page, page, PageProtection.RW);
    space.write(at + page, DATA);
    space.unmap(at, SLAB, PageProtection.RW);
  }

  private void traps() throws Throwable {
    TrapHandler handler = MachineArch.textPoke().flatMap(TextPoke::trapHandler).orElse(null);
    if (handler == null) {
      return;
    }
    TrapSignal signal = space.newTrapSignal();
    try {
      signal.install(handler, ((AddressSpaceLayout.Process) space.layout()).window());
      signal.change(List.of(), List.of());
    } finally {
      release(signal);
    }
    assertEquals(0, signal.carried());
  }

  /** Releases the handler. A second attempt succeeds. */
  private void release(TrapSignal signal) {
    try {
      assertTrue(signal.release());
    } catch (JitAllocException failure) {
      assertNamed(failure);
      assertTrue(signal.release());
    }
  }
}
