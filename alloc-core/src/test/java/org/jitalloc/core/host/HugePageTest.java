package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.jitalloc.core.host.SystemCalls.MADV_COLLAPSE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jitalloc.Instruction.Jump;
import org.jitalloc.Instruction.Nop;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Poke;
import org.jitalloc.SlabInfo;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.quota.Rulebook;
import org.jitalloc.core.target.TargetMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests which memory is on huge pages, as the kernel reports it. */
class HugePageTest {

  private static final long SLAB = PageSizes.GRANULE;

  private final Arch arch = MachineArch.get();

  private HostSpace open(HostMode mode) {
    try {
      return HostSpace.open(arch, HostOptions.of(mode.label()));
    } catch (JitAllocException impossible) {
      assumeTrue(false, "this machine does not allow " + mode.label() + ": " + impossible);
      throw impossible;
    }
  }

  private static long start(HostSpace space) {
    return ((AddressSpaceLayout.Process) space.layout()).window().start();
  }

  /** Skips the test if this machine does not create huge pages after MADV_HUGEPAGE. */
  private static void assumeHugeData() {
    SystemCalls os = new LinuxCalls();
    var resources = new ResourceStack();
    long at = new Reservation(os, resources, SLAB, SLAB, 0).start();
    os.mprotect(at, SLAB, SystemCalls.PROT_READ | SystemCalls.PROT_WRITE);
    HostWindow.advise(os, at, SLAB, SystemCalls.MADV_HUGEPAGE);
    RawMemory.write(at, new byte[] {1});
    long huge = Smaps.hugePageBytes(at, SLAB);
    resources.close();
    assumeTrue(huge == SLAB, "this machine does not create transparent huge pages");
  }

  /** Compares with smaps, which is exact for a mapping that is not merged with another. */
  private static void assertAsInSmaps(long huge, long address) {
    assertEquals(Smaps.hugePageBytes(address, SLAB), huge, "the value of smaps");
  }

  private static long checked(HostSpace space, long address) {
    long huge = space.hugePageBytes(address, SLAB);
    assertAsInSmaps(huge, address);
    return huge;
  }

  @ParameterizedTest
  @EnumSource(HostMode.class)
  void readOnlyPages_inHugeModes_areHugeUntilTheyAreUnmapped(HostMode mode) {
    try (HostSpace space = open(mode)) {
      for (PageProtection protection : List.of(PageProtection.ROX, PageProtection.RO)) {
        long slab = start(space) + 2L * SLAB * protection.ordinal();
        long wanted = mode.huge() ? SLAB : 0;
        space.map(slab, SLAB, protection);
        assertEquals(wanted, checked(space, slab), "mapped " + protection);
        for (long at = slab; at < slab + SLAB; at += 4096) {
          space.write(at, new byte[] {1, 2, 3});
        }
        assertEquals(wanted, checked(space, slab), "written " + protection);
        space.fill(slab, SLAB, new byte[1]);
        assertEquals(wanted, checked(space, slab), "filled " + protection);
        space.unmap(slab, SLAB, protection);
        assertEquals(0, space.hugePageBytes(slab, SLAB), "unmapped " + protection);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(HostMode.class)
  void data_isHugeAfterTheFirstWrite_splitByProtect_andHugeAfterCollapse(HostMode mode)
      throws IOException {
    assumeHugeData();
    try (HostSpace space = open(mode)) {
      long slab = start(space) + 2 * SLAB;
      long page = space.pageBytes();
      space.map(slab, SLAB, PageProtection.RW);
      assertEquals(0, checked(space, slab), "unused memory");
      space.write(slab + 5 * page, new byte[] {1, 2, 3});
      assertEquals(SLAB, checked(space, slab));
      space.protect(slab + 5 * page, page, PageProtection.RO);
      space.protect(slab + 9 * page, page, PageProtection.RO);
      assertEquals(0, space.hugePageBytes(slab, SLAB), "two pages have other permissions");
      space.protect(slab + 5 * page, page, PageProtection.RW);
      space.collapse(slab, SLAB);
      assertEquals(0, space.hugePageBytes(slab, SLAB), "one page still has other permissions");
      space.protect(slab + 9 * page, page, PageProtection.RW);
      space.collapse(slab, SLAB);
      assertEquals(SLAB, checked(space, slab));
    }
  }

  /** The kernel merges adjacent mappings with equal attributes: smaps has one number for both. */
  @Test
  void hugePageBytes_distinguishesSlabsOfAMergedMapping() throws IOException {
    assumeHugeData();
    try (HostSpace space = open(HostMode.MEMFD)) {
      long slab = start(space) + 2 * SLAB;
      space.map(slab, SLAB, PageProtection.RW);
      space.map(slab + SLAB, SLAB, PageProtection.RW);
      space.write(slab + SLAB, new byte[] {1});
      assertEquals(1, ProcessState.permissions(slab, 2 * SLAB).size(), "the mappings are merged");
      assertEquals(0, space.hugePageBytes(slab, SLAB));
      assertEquals(SLAB, space.hugePageBytes(slab + SLAB, SLAB));
      assertEquals(
          SLAB / 2, Smaps.hugePageBytes(slab, SLAB), "an estimate from the merged mapping");
    }
  }

  /** Tests the values that {@code mem:map} and {@code mem:stats} print. */
  @ParameterizedTest
  @EnumSource(HostMode.class)
  void slabs_reportTheirHugePages(HostMode mode) throws IOException {
    assumeHugeData();
    try (TargetMemory target =
        TargetMemory.host(
            arch,
            open(mode),
            LeakPolicy.DEFAULT,
            new Rulebook(),
            () -> MachineArch.textPoke().orElse(null))) {
      JitAllocator allocator = target.allocatorFor("test");
      List<JitMemory> held = new ArrayList<>();
      for (ModMemType type : ModMemType.values()) {
        JitMemory memory = allocator.allocate(type, 3000);
        memory.write(0, new byte[] {1, 2, 3});
        held.add(memory.publish());
        allocator.allocate(type, 5000).publish().close();
      }
      if (MachineArch.textPoke().isPresent()) {
        int bytes = allocator.poker().siteBytes();
        JitMemory code = allocator.allocate(ModMemType.TEXT, bytes);
        code.write(0, allocator.poker().encode(new Nop(), code.address()));
        code.publish();
        allocator.poker().poke(new Poke(code, 0, new Nop(), new Jump(code.address())));
      }
      assertEquals(mode.huge(), isHuge(allocator, "r-x"));
      assertEquals(mode.huge(), isHuge(allocator, "r--"));
      assertTrue(isHuge(allocator, "rw-"));
      memoryOf(ModMemType.RO_AFTER_INIT, held).seal();
      long split = slabOf(memoryOf(ModMemType.RO_AFTER_INIT, held), allocator).hugePageBytes();
      assertEquals(0, split, "sealing splits the huge page");
      long data = slabOf(memoryOf(ModMemType.DATA, held), allocator).hugePageBytes();
      assertEquals(SLAB, data, "sealing does not split the huge pages of data");
    }
  }

  private static JitMemory memoryOf(ModMemType type, List<JitMemory> held) {
    return held.stream().filter(m -> m.type() == type).findFirst().orElseThrow();
  }

  private static SlabInfo slabOf(JitMemory memory, JitAllocator allocator) {
    return allocator.slabs().stream()
        .filter(slab -> slab.span().contains(memory.address()))
        .findFirst()
        .orElseThrow();
  }

  private static List<SlabInfo> slabs(JitAllocator allocator, String protection) {
    return allocator.slabs().stream().filter(s -> s.protection().equals(protection)).toList();
  }

  /** {@return whether all slabs are on huge pages; fails if only a part is} */
  private static boolean isHuge(JitAllocator allocator, String protection) {
    List<SlabInfo> slabs = slabs(allocator, protection);
    assertTrue(!slabs.isEmpty(), () -> "no slabs " + protection);
    long huge = slabs.stream().mapToLong(SlabInfo::hugePageBytes).sum();
    long all = slabs.stream().mapToLong(s -> s.span().bytes()).sum();
    assertTrue(huge == 0 || huge == all, () -> slabs.toString());
    return huge == all;
  }

  /** A collapse that fails with EAGAIN is retried later. */
  @Test
  void collapse_failsTemporarily_isRetriedLater() {
    var refuses = new AtomicBoolean();
    SystemCalls os =
        HostSpaceTest.intercepted(
            (name, arguments) -> {
              if (name.equals("madvise") && refuses.get() && arguments[2].equals(MADV_COLLAPSE)) {
                throw new JitAllocException(
                    Reason.SYSTEM, "not now", new Errno(Errno.EAGAIN, "not now"));
              }
              return null;
            });
    try (HostSpace space = openCollapsing(os)) {
      long slab = start(space) + 2 * SLAB;
      refuses.set(true);
      space.map(slab, SLAB, PageProtection.ROX);
      space.write(slab + 5, new byte[] {1, 2, 3});
      assertEquals(0, space.hugePageBytes(slab, SLAB));
      space.retryHugePages();
      assertEquals(0, space.hugePageBytes(slab, SLAB));
      refuses.set(false);
      space.retryHugePages();
      assertEquals(SLAB, space.hugePageBytes(slab, SLAB));
      assertArrayEquals(new byte[] {1, 2, 3}, space.read(slab + 5, 3));
    }
  }

  private HostSpace openCollapsing(SystemCalls os) {
    try {
      return HostSpace.open(os, arch, HostOptions.of(HostMode.MEMFD_COLLAPSE.label()));
    } catch (JitAllocException impossible) {
      assumeTrue(false, "this machine does not support MADV_COLLAPSE: " + impossible);
      throw impossible;
    }
  }

  /** A thread calls code while the huge page of its slab is split and collapsed repeatedly. */
  @Test
  void collapse_whileAThreadExecutesTheCode_changesNoResult() throws Throwable {
    try (HostSpace space = openCollapsing(new LinuxCalls())) {
      long slab = start(space) + 2 * SLAB;
      space.map(slab, SLAB, PageProtection.ROX);
      List<MethodHandle> functions = new ArrayList<>();
      for (int i = 0; i < 256; i++) {
        long at = slab + i * 4096L;
        space.write(at, arch.returnConstant(i));
        space.makeCoherent(at, 64);
        functions.add(
            Linker.nativeLinker()
                .downcallHandle(MemorySegment.ofAddress(at), FunctionDescriptor.of(JAVA_INT)));
      }
      space.sync();
      var stop = new AtomicBoolean();
      var wrong = new AtomicLong();
      var calls = new AtomicLong();
      Thread caller = Thread.ofPlatform().start(() -> callAll(functions, stop, calls, wrong));
      try {
        for (int round = 0; round < 100; round++) {
          assertTrue(space.decommit(slab + SLAB / 2, 1 << 16, PageProtection.ROX));
          space.recommit(slab + SLAB / 2, 1 << 16, PageProtection.ROX);
          space.collapse(slab, SLAB);
          space.write(slab + SLAB - 64, new byte[] {(byte) round});
        }
        space.retryHugePages();
      } finally {
        stop.set(true);
        caller.join();
      }
      assertEquals(0, wrong.get());
      assertTrue(calls.get() > 256, "the code ran " + calls);
      assertEquals(SLAB, space.hugePageBytes(slab, SLAB));
    }
  }

  private static void callAll(
      List<MethodHandle> functions, AtomicBoolean stop, AtomicLong calls, AtomicLong wrong) {
    try {
      while (!stop.get()) {
        for (int i = 0; i < functions.size(); i++) {
          if ((int) functions.get(i).invokeExact() != i) {
            wrong.incrementAndGet();
          }
          calls.incrementAndGet();
        }
      }
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }
}
