package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.PageProtection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostSpaceTest {

  private static final long SLAB = 2 << 20;

  private final Arch arch = MachineArch.get();

  private HostSpace open(HostMode mode) {
    return withCacheFlush(open(mode, new LinuxCalls()));
  }

  private HostSpace open(HostMode mode, SystemCalls os) {
    try {
      return HostSpace.open(os, arch, HostOptions.of(mode.label()));
    } catch (JitAllocException impossible) {
      assumeTrue(false, "this machine does not allow " + mode.label() + ": " + impossible);
      throw impossible;
    }
  }

  /** Writes the cache maintenance function, if the architecture has one, to the last slab. */
  private HostSpace withCacheFlush(HostSpace space) {
    arch.cacheFlush()
        .ifPresent(
            stub -> {
              long end = ((AddressSpaceLayout.Process) space.layout()).window().end();
              space.map(end - SLAB, SLAB, PageProtection.ROX);
              space.write(end - SLAB, stub);
              space.useCacheFlush(end - SLAB);
            });
    return space;
  }

  private static long start(HostSpace space) {
    return ((AddressSpaceLayout.Process) space.layout()).window().start();
  }

  private static int call(long address) throws Throwable {
    return (int)
        Linker.nativeLinker()
            .downcallHandle(MemorySegment.ofAddress(address), FunctionDescriptor.of(JAVA_INT))
            .invokeExact();
  }

  private static List<String> permissions(long start, long bytes) throws IOException {
    return ProcessState.permissions(start, bytes);
  }

  @ParameterizedTest
  @EnumSource(HostMode.class)
  void text_canBeWrittenCalledChangedAndUnmapped(HostMode mode) throws Throwable {
    try (HostSpace space = open(mode)) {
      long code = start(space) + SLAB;
      space.map(code, SLAB, PageProtection.ROX);
      assertArrayEquals(trap(16), space.read(code + 4096, 16));
      space.write(code + 128, arch.returnConstant(7));
      space.makeCoherent(code + 128, 64);
      space.sync();
      assertEquals(7, call(code + 128));
      space.write(code + 128, arch.returnConstant(8));
      space.makeCoherent(code + 128, 64);
      space.sync();
      assertEquals(8, call(code + 128));
      assertTrue(permissions(code, SLAB).stream().allMatch(p -> p.equals("r-x")));
      space.fill(code, SLAB, arch.trapFill());
      assertArrayEquals(trap(16), space.read(code + 128, 16));
      space.unmap(code, SLAB, PageProtection.ROX);
      assertTrue(permissions(code, SLAB).stream().allMatch(p -> p.equals("---")));
      space.map(code, SLAB, PageProtection.RO);
      assertArrayEquals(new byte[16], space.read(code + 128, 16), "the old text cannot be read");
    }
  }

  private byte[] trap(int bytes) {
    byte[] pattern = arch.trapFill();
    var filled = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      filled[i] = pattern[i % pattern.length];
    }
    return filled;
  }

  /** Returns the memory in use, as the kernel counts it. */
  private static long residentBytes(HostMode mode, long start) throws Exception {
    try {
      return mode.hasAlias() ? ProcessState.fileBytes() : ProcessState.residentBytes(start, SLAB);
    } catch (IOException noProcess) {
      assumeTrue(false, "the memory in use is unknown: " + noProcess);
      throw noProcess;
    }
  }

  @ParameterizedTest
  @EnumSource(HostMode.class)
  void decommit_partOfASlab_releasesItsMemory(HostMode mode) throws Exception {
    try (HostSpace space = open(mode)) {
      long code = start(space) + SLAB;
      long nothing = residentBytes(mode, code);
      space.map(code, SLAB, PageProtection.ROX);
      long all = residentBytes(mode, code);
      assumeTrue(all - nothing == SLAB, "the memory in use is unknown");
      if (space.decommit(code + SLAB / 2, SLAB / 2, PageProtection.ROX)) {
        long gone = all - residentBytes(mode, code);
        assumeTrue(gone != 0, "MADV_REMOVE has no effect");
        assertEquals(SLAB / 2, gone);
      } else {
        assertEquals(HostMode.HUGETLB, mode);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(HostMode.class)
  void recommit_partOfText_containsTraps_andTheRestStaysCallable(HostMode mode) throws Throwable {
    try (HostSpace space = open(mode)) {
      long code = start(space) + SLAB;
      long half = SLAB / 2;
      space.map(code, SLAB, PageProtection.ROX);
      space.write(code, arch.returnConstant(7));
      space.write(code + half, arch.returnConstant(9));
      space.makeCoherent(code, SLAB);
      space.sync();
      if (!space.decommit(code + half, half, PageProtection.ROX)) {
        assertEquals(HostMode.HUGETLB, mode);
        assertEquals(9, call(code + half));
        return;
      }
      assertEquals(7, call(code));
      assertEquals(List.of("---"), permissions(code + half, half).stream().distinct().toList());
      space.recommit(code + half, half, PageProtection.ROX);
      assertArrayEquals(trap((int) half), space.read(code + half, (int) half));
      assertTrue(permissions(code, SLAB).stream().allMatch(p -> p.equals("r-x")));
      space.write(code + half, arch.returnConstant(8));
      space.makeCoherent(code + half, 64);
      space.sync();
      assertEquals(8, call(code + half));
      space.collapse(code, SLAB);
      assertEquals(7, call(code));
      assertEquals(8, call(code + half));
      space.decommit(code + 4096, 4096 * 3, PageProtection.ROX);
      space.unmap(code, SLAB, PageProtection.ROX);
      assertTrue(permissions(code, SLAB).stream().allMatch(p -> p.equals("---")));
      space.map(code, SLAB, PageProtection.ROX);
      assertArrayEquals(trap((int) SLAB), space.read(code, (int) SLAB));
    }
  }

  @ParameterizedTest
  @EnumSource(HostMode.class)
  void recommit_partOfData_containsZeros(HostMode mode) throws Throwable {
    try (HostSpace space = open(mode)) {
      for (PageProtection protection : List.of(PageProtection.RO, PageProtection.RW)) {
        long data = start(space) + 2L * SLAB * protection.ordinal();
        space.map(data, SLAB, protection);
        byte[] bytes = RawMemory.repeat(new byte[] {1}, 0, (int) SLAB);
        space.write(data, bytes);
        if (space.decommit(data + SLAB / 4, SLAB / 4, protection)) {
          space.recommit(data + SLAB / 4, SLAB / 4, protection);
          Arrays.fill(bytes, (int) SLAB / 4, (int) SLAB / 2, (byte) 0);
        }
        assertArrayEquals(bytes, space.read(data, (int) SLAB));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = HostMode.class,
      names = {"HUGETLB", "SHMEM_THP", "MEMFD_COLLAPSE", "ANON_THP"})
  void hugeModes_afterWrites_stillMapHugePages(HostMode mode) throws Throwable {
    try (HostSpace space = open(mode)) {
      long code = start(space);
      space.map(code, SLAB, PageProtection.ROX);
      for (int i = 0; i < 512; i++) {
        space.write(code + i * 4096L, arch.returnConstant(i & 0xff));
      }
      space.sync();
      assertEquals(17, call(code + 17 * 4096));
      assertEquals(SLAB, space.hugePageBytes(code, SLAB));
    }
  }

  @ParameterizedTest
  @EnumSource(HostMode.class)
  void readOnlyData_isReadOnly_andDataIsNotExecutable(HostMode mode) throws IOException {
    try (HostSpace space = open(mode)) {
      long data = start(space);
      space.map(data, SLAB, PageProtection.RO);
      space.map(data + SLAB, SLAB, PageProtection.RW);
      for (long at : new long[] {data, data + SLAB}) {
        space.write(at + 4090, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        assertArrayEquals(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0}, space.read(at + 4089, 11));
      }
      assertTrue(permissions(data, SLAB).stream().allMatch(p -> p.equals("r--")));
      assertTrue(permissions(data + SLAB, SLAB).stream().allMatch(p -> p.equals("rw-")));
      space.protect(data + SLAB + 4096, 4096, PageProtection.RO);
      assertEquals(List.of("r--"), permissions(data + SLAB + 4096, 4096));
    }
  }

  @Test
  void auto_namesTheModeAndTheReasonsAgainstBetterOnes() {
    try (HostSpace space = HostSpace.open(arch, HostOptions.of("auto"))) {
      assertTrue(HostMode.candidates(space.mode().name()).size() == 1, space.mode()::toString);
      assertTrue(space.mode().rejected().stream().noneMatch(r -> r.reason().isBlank()));
    }
  }

  /** Exhausts the hugetlb pool. Without a pool this tests only that many slabs work. */
  @Test
  void exhaustedHugetlbPool_isReplacedByTheNextMode() throws Throwable {
    try (HostSpace space = withCacheFlush(HostSpace.open(arch, HostOptions.of("auto")))) {
      String first = space.mode().name();
      int slabs = 40;
      long firstOfAnother = start(space) + SLAB;
      for (int i = 0; i < slabs; i++) {
        long code = start(space) + i * SLAB;
        space.map(code, SLAB, PageProtection.ROX);
        if (!space.mode().name().equals(first) && firstOfAnother == start(space) + SLAB) {
          firstOfAnother = code;
        }
        space.write(code, arch.returnConstant(i));
        space.makeCoherent(code, 64);
      }
      space.sync();
      for (int i = 0; i < slabs; i++) {
        assertEquals(i, call(start(space) + i * SLAB));
      }
      byte[] across = {1, 2, 3, 4, 5};
      space.write(firstOfAnother - 2, across);
      assertArrayEquals(across, space.read(firstOfAnother - 2, 5), "written in both modes");
      space.fill(firstOfAnother - SLAB, 2 * SLAB, arch.trapFill());
      assertArrayEquals(trap(4096), space.read(firstOfAnother - 2048, 4096));
      if (!space.mode().name().equals(first)) {
        assertEquals("hugetlb", first, "only the hugetlb pool can be exhausted");
        assertTrue(
            space.mode().rejected().stream().anyMatch(r -> r.reason().contains("no more memory")),
            space.mode()::toString);
      }
      for (int i = 0; i < slabs; i++) {
        space.unmap(start(space) + i * SLAB, SLAB, PageProtection.ROX);
      }
    }
  }

  /**
   * Maps hugetlb pages without a reservation. The kernel refuses them only at the first access, as
   * it refuses pages beyond the limit of a control group.
   */
  @Test
  void memoryRefusedAtTheFirstAccess_isAnErrorWithoutASignal() throws Throwable {
    try (HostSpace space = withCacheFlush(open(HostMode.HUGETLB, withoutReserve()))) {
      int slabs = 0;
      JitAllocException refused = null;
      for (long code = start(space); refused == null && slabs < 1000; code += SLAB) {
        try {
          space.map(code, SLAB, PageProtection.ROX);
          slabs++;
        } catch (JitAllocException failure) {
          refused = failure;
          assertEquals(List.of("---"), permissions(code, SLAB).stream().distinct().toList());
        }
      }
      assertNotNull(refused, "the pool was not exhausted");
      assertEquals(Errno.EFAULT, Errno.of(refused), refused::toString);
      assertTrue(refused.getMessage().contains("madvise("), refused::toString);
      space.write(start(space), arch.returnConstant(5));
      space.makeCoherent(start(space), 64);
      space.sync();
      assertEquals(5, call(start(space)));
    }
  }

  private static SystemCalls withoutReserve() {
    return intercepted(
        (method, args) -> {
          if (method.equals("mmap")) {
            args[3] = (int) args[3] | SystemCalls.MAP_NORESERVE;
          }
          return null;
        });
  }

  /**
   * Returns real system calls behind an interceptor.
   *
   * @param interceptor gets the name and the arguments, and returns the result; null makes the call
   */
  static SystemCalls intercepted(BiFunction<String, Object[], Object> interceptor) {
    SystemCalls real = new LinuxCalls();
    return (SystemCalls)
        Proxy.newProxyInstance(
            SystemCalls.class.getClassLoader(),
            new Class<?>[] {SystemCalls.class},
            (_, method, args) -> {
              Object answer = interceptor.apply(method.getName(), args);
              try {
                return answer != null ? answer : method.invoke(real, args);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            });
  }

  /** A failed mapping frees the pages that the file already has. */
  @ParameterizedTest
  @EnumSource(
      value = HostMode.class,
      names = {"SHMEM_THP", "MEMFD_COLLAPSE", "MEMFD"})
  void map_failsInTheMiddle_freesThePagesOfTheFile(HostMode mode) throws Exception {
    var refuses = new boolean[1];
    SystemCalls os =
        intercepted(
            (name, arguments) -> {
              if (refuses[0] && name.equals("mmap") && ((int) arguments[2] & 4) != 0) {
                throw new JitAllocException(
                    JitAllocException.Reason.SYSTEM, "no memory", new Errno(Errno.ENOMEM, "no"));
              }
              return null;
            });
    try (HostSpace space = open(mode, os)) {
      long before = ProcessState.fileBytes();
      refuses[0] = true;
      assertThrows(
          JitAllocException.class,
          () -> space.map(start(space) + 4 * SLAB, 16 * SLAB, PageProtection.ROX));
      assertEquals(before, ProcessState.fileBytes());
    }
  }

  @ParameterizedTest
  @EnumSource(HostMode.class)
  void slabThatStartsInsideAGranule_doesNotChangeItsNeighbours(HostMode mode) throws IOException {
    try (HostSpace space = open(mode)) {
      long first = start(space) + 4 * SLAB;
      long neighbour = first + 2 * SLAB;
      space.map(neighbour, SLAB, PageProtection.RO);
      space.write(neighbour, new byte[] {7, 8, 9});
      long bytes = SLAB + 3 * 4096;
      space.map(first + 4096, bytes, PageProtection.ROX);
      assertEquals(List.of("r-x"), permissions(first + 4096, bytes).stream().distinct().toList());
      assertArrayEquals(trap(16), space.read(first + 4096 + bytes - 16, 16));
      assertArrayEquals(new byte[] {7, 8, 9}, space.read(neighbour, 3));
      assertEquals(List.of("r--"), permissions(neighbour, SLAB).stream().distinct().toList());
      space.unmap(first + 4096, bytes, PageProtection.ROX);
      assertEquals(List.of("---"), permissions(first, 2 * SLAB).stream().distinct().toList());
      assertArrayEquals(new byte[] {7, 8, 9}, space.read(neighbour, 3));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = HostMode.class,
      names = {"MEMFD", "MPROTECT"})
  void modesWithSmallPages_mapNoAdditionalPages(HostMode mode) throws IOException {
    try (HostSpace space = open(mode)) {
      long text = start(space) + 4 * SLAB;
      space.map(text, SLAB + 4096, PageProtection.ROX);
      long page = space.pageBytes();
      assertEquals(List.of("---"), permissions(text + SLAB + page, SLAB - page));
    }
  }

  /** A page size of 64 KiB, as on arm64: mappings consist of whole pages of the system. */
  @Test
  void pagesOf64KiB_areMappedAndProtectedAsAWhole() throws Throwable {
    long page = 65536;
    SystemCalls calls = intercepted((method, _) -> method.equals("pageBytes") ? (int) page : null);
    try (HostSpace space = withCacheFlush(open(HostMode.MEMFD, calls))) {
      assertEquals(page, space.pageBytes());
      long text = start(space) + 4 * SLAB;
      space.map(text + 4096, SLAB + 4096, PageProtection.ROX);
      assertEquals(List.of("r-x"), permissions(text, SLAB + page));
      assertEquals(List.of("---"), permissions(text + SLAB + page, SLAB - page));
      space.write(text + 4096, arch.returnConstant(6));
      space.makeCoherent(text + 4096, 64);
      space.sync();
      assertEquals(6, call(text + 4096));
      space.unmap(text + 4096, SLAB + 4096, PageProtection.ROX);
      space.map(text, SLAB, PageProtection.RW);
      space.protect(text + page, page, PageProtection.RO);
      assertEquals(List.of("r--"), permissions(text + page, page));
    }
  }

  @Test
  void unknownMode_isRefusedWithTheKnownNames() {
    JitAllocException refused =
        assertThrows(JitAllocException.class, () -> HostSpace.open(arch, HostOptions.of("magic")));
    assertTrue(refused.getMessage().contains("shmem-thp"), refused.getMessage());
  }

  @Test
  void close_unmapsTheWindow() throws IOException {
    HostSpace space = HostSpace.open(arch, HostOptions.of("auto"));
    AddressRange window = ((AddressSpaceLayout.Process) space.layout()).window();
    space.map(window.start(), SLAB, PageProtection.ROX);
    space.close();
    assertEquals(List.of(), permissions(window.start(), window.bytes()));
  }
}
