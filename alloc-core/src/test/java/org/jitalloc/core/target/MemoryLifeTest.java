package org.jitalloc.core.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.jitalloc.AccessViolationException;
import org.jitalloc.AllocationRequest;
import org.jitalloc.AllocatorStats;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.ModuleMemory;
import org.jitalloc.Purpose;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.core.host.HostOptions;
import org.jitalloc.core.host.HostSpace;
import org.jitalloc.core.host.MachineArch;
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.quota.Rulebook;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of memory, on the host and on an image of each architecture: the same everywhere. */
class MemoryLifeTest {

  private TargetMemory memory;

  /** What the core has for itself. */
  private AllocatorStats atFirst;

  static Stream<String> targets() {
    return Stream.concat(
        Stream.of("host"),
        ServiceLoader.load(Arch.class).stream().map(p -> "image-" + p.get().name()));
  }

  private OwnerAllocator open(String target) {
    memory = openTarget(target, policy());
    OwnerAllocator allocator = memory.allocatorFor("test");
    atFirst = allocator.stats();
    return allocator;
  }

  LeakPolicy policy() {
    return LeakPolicy.DEFAULT;
  }

  static TargetMemory openTarget(String target) {
    return openTarget(target, LeakPolicy.DEFAULT);
  }

  static TargetMemory openTarget(String target, LeakPolicy policy) {
    return openTarget(target, policy, new Rulebook());
  }

  static TargetMemory openTarget(String target, LeakPolicy policy, Rulebook rules) {
    if (target.equals("host")) {
      Arch arch = MachineArch.get();
      HostSpace space = HostSpace.open(arch, HostOptions.of("auto"));
      return TargetMemory.host(arch, space, policy, rules, () -> strategy(arch));
    }
    Arch arch =
        ServiceLoader.load(Arch.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(a -> target.equals("image-" + a.name()))
            .findFirst()
            .orElseThrow();
    return TargetMemory.image(target, arch, false, 0, policy, rules, () -> strategy(arch));
  }

  static TextPoke strategy(Arch arch) {
    return ServiceLoader.load(TextPoke.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(strategy -> strategy.arch().equals(arch.name()))
        .findFirst()
        .orElse(null);
  }

  @AfterEach
  void close() {
    memory.close();
  }

  private static Reason refused(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(JitAllocException.class, call).reason();
  }

  private static byte[] bytes(int length) {
    var bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i + 1);
    }
    return bytes;
  }

  /** Its place may belong to another block by then, or to none, and no cache is flushed there. */
  @ParameterizedTest
  @MethodSource("targets")
  void publish_ofWrittenAndFreedText_isRefused_whereverItsPagesAre(String target) {
    OwnerAllocator allocator = open(target);
    JitMemory run = allocator.allocate(ModMemType.TEXT, 5 << 20);
    run.write(0, bytes(100));
    run.close();
    allocator.stats(); // gives its pages back
    assertEquals(Reason.WRONG_STATE, refused(run::publish));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everyType_hasItsLife(String target) {
    OwnerAllocator allocator = open(target);
    for (ModMemType type : ModMemType.values()) {
      JitMemory block = allocator.allocate(type, 100);
      assertEquals(JitMemory.State.FORMING, block.state());
      assertNull(allocator.find(block.address()), "forming memory is not found");
      block.write(0, bytes(100));
      block.publish();
      assertArrayEquals(bytes(100), block.read(0, 100));
      assertEquals(block.span(), assertNotNull2(allocator.find(block.address() + 99)));
      assertNull(allocator.find(block.address() + 100), "rounding is not the allocation");
      boolean writable = type.isWritable() || type == ModMemType.RO_AFTER_INIT;
      if (writable) {
        block.write(7, new byte[] {42});
        assertEquals(42, block.read(7, 1)[0]);
      } else {
        assertEquals(Reason.WRONG_STATE, refused(() -> block.write(7, new byte[] {42})));
      }
      if (type == ModMemType.RO_AFTER_INIT) {
        block.seal();
        assertEquals(Reason.WRONG_STATE, refused(() -> block.write(7, new byte[] {43})));
        assertEquals(Reason.WRONG_STATE, refused(block::seal));
      } else {
        assertEquals(Reason.WRONG_STATE, refused(block::seal));
      }
      block.close();
      assertNull(allocator.find(block.address()));
      assertEquals(Reason.WRONG_STATE, refused(block::close));
      assertEquals(Reason.WRONG_STATE, refused(() -> block.read(0, 1)));
      assertEquals(Reason.WRONG_STATE, refused(() -> block.write(0, new byte[1])));
      assertEquals(Reason.WRONG_STATE, refused(block::publish));
    }
    assertEquals(atFirst.byType(), allocator.stats().byType());
  }

  private static Object assertNotNull2(org.jitalloc.Allocation found) {
    assertNotNull(found);
    return found.span();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void freedMemory_isTrapsOrZeros_forWhoGetsItNext(String target) {
    OwnerAllocator allocator = open(target);
    for (ModMemType type : ModMemType.values()) {
      JitMemory fresh = allocator.allocate(type, 256);
      byte[] empty = fresh.read(0, 256);
      fresh.write(0, bytes(256));
      fresh.publish();
      if (type == ModMemType.RO_AFTER_INIT) {
        fresh.seal();
      }
      long address = fresh.address();
      fresh.close();
      assertEquals(0, allocator.stats().pendingBytes());
      JitMemory next = allocator.allocate(type, 256);
      assertEquals(
          address, next.address(), "the place is used again: otherwise this shows nothing");
      assertArrayEquals(empty, next.read(0, 256));
      next.close();
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void moduleMemory_isPublishedAndInitialisedTogether(String target) {
    OwnerAllocator allocator = open(target);
    try (ModuleMemory module = allocator.newModuleMemory()) {
      for (ModMemType type : ModMemType.values()) {
        module.allocate(AllocationRequest.of(type, 5000));
      }
      assertEquals(Reason.WRONG_STATE, refused(module::initDone));
      module.publish();
      assertEquals(
          7, allocator.allocations().stream().filter(a -> a.owner().equals("test")).count());
      module.initDone();
      assertEquals(
          List.of(ModMemType.TEXT, ModMemType.DATA, ModMemType.RODATA, ModMemType.RO_AFTER_INIT),
          module.memories().stream().map(JitMemory::type).toList());
      assertEquals(
          Reason.WRONG_STATE, refused(() -> module.memories().get(3).write(0, new byte[1])));
      assertEquals(Reason.WRONG_STATE, refused(module::initDone));
    }
    assertEquals(atFirst.byType(), allocator.stats().byType());
  }

  @ParameterizedTest
  @MethodSource("targets")
  void moduleMemory_goesOn_afterMembersWereFreedByHand(String target) {
    OwnerAllocator allocator = open(target);
    try (ModuleMemory module = allocator.newModuleMemory()) {
      AllocationRequest data = AllocationRequest.of(ModMemType.RO_AFTER_INIT, 64);
      JitMemory first = module.allocate(data);
      JitMemory freedBefore = module.allocate(data);
      JitMemory freedAfter = module.allocate(data);
      JitMemory init = module.allocate(AllocationRequest.of(ModMemType.INIT_DATA, 64));
      freedBefore.close();
      module.publish();
      freedAfter.close();
      module.initDone();
      assertEquals(JitMemory.State.FREED, init.state());
      assertEquals(List.of(first), module.memories());
      assertEquals(Reason.WRONG_STATE, refused(() -> first.write(0, new byte[1])), "sealed");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void moduleMemory_goesOn_afterMembersWerePublishedAndSealedByHand(String target) {
    OwnerAllocator allocator = open(target);
    try (ModuleMemory module = allocator.newModuleMemory()) {
      AllocationRequest data = AllocationRequest.of(ModMemType.RO_AFTER_INIT, 64);
      JitMemory byHand = module.allocate(data);
      JitMemory other = module.allocate(data);
      byHand.publish();
      byHand.seal();
      module.publish();
      assertEquals(JitMemory.State.LIVE, other.state());
      module.initDone();
      assertEquals(Reason.WRONG_STATE, refused(() -> other.write(0, new byte[1])), "sealed");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void badRequests_areRefused_andChangeNothing(String target) {
    OwnerAllocator allocator = open(target);
    AllocatorStats before = allocator.stats();
    AllocationRequest text = AllocationRequest.of(ModMemType.TEXT, 64);
    assertEquals(Reason.INVALID_REQUEST, refused(() -> allocator.allocate(ModMemType.TEXT, 0)));
    assertEquals(Reason.INVALID_REQUEST, refused(() -> allocator.allocate(ModMemType.TEXT, -1)));
    assertEquals(Reason.INVALID_REQUEST, refused(() -> allocator.allocate(text.withAlignment(48))));
    assertEquals(Reason.INVALID_REQUEST, refused(() -> allocator.allocate(text.withAlignment(0))));
    assertEquals(Reason.EXHAUSTED, refused(() -> allocator.allocate(ModMemType.TEXT, 1L << 62)));
    assertEquals(
        Reason.EXHAUSTED, refused(() -> allocator.allocate(ModMemType.TEXT, Long.MAX_VALUE)));
    assertEquals(
        Reason.UNREACHABLE, refused(() -> allocator.allocate(text.near(1L << 40, 1 << 20))));
    JitAllocException refusal =
        assertThrows(JitAllocException.class, () -> allocator.allocate(ModMemType.TEXT, 1L << 62));
    for (String word : List.of(target, "TEXT", "4611686018427387904", "free")) {
      assertTrue(refusal.getMessage().contains(word), refusal.getMessage());
    }
    assertEquals(before, allocator.stats());
  }

  @ParameterizedTest
  @MethodSource("targets")
  void hostileRequests_areRefused(String target) {
    OwnerAllocator allocator = open(target);
    AllocationRequest text = AllocationRequest.of(ModMemType.TEXT, 64);
    for (int shift = 32; shift < 63; shift++) {
      long huge = 1L << shift;
      Reason reason = refusedOrFreed(allocator, text.withAlignment(huge).near(0x1000, 0x1000));
      assertEquals(Reason.UNREACHABLE, reason, "align " + huge);
      reason = refusedOrFreed(allocator, text.withAlignment(huge));
      assertTrue(reason == null || reason == Reason.EXHAUSTED, () -> "align " + huge);
    }
    for (long address : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      for (long reach : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
        Reason reason = refusedOrFreed(allocator, text.near(address, reach));
        assertTrue(
            reach <= 0 ? reason == Reason.INVALID_REQUEST : reason != Reason.INVALID_REQUEST,
            () -> "near " + address + " " + reach);
      }
    }
  }

  private static Reason refusedOrFreed(OwnerAllocator allocator, AllocationRequest request) {
    try {
      allocator.allocate(request).close();
      return null;
    } catch (JitAllocException refusal) {
      return refusal.reason();
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void closedTarget_refusesEverything(String target) {
    OwnerAllocator allocator = open(target);
    JitMemory block = allocator.allocate(ModMemType.TEXT, 64).publish();
    memory.close();
    assertEquals(JitMemory.State.FREED, block.state());
    assertEquals(Reason.WRONG_STATE, refused(() -> allocator.allocate(ModMemType.TEXT, 64)));
    assertEquals(
        Reason.WRONG_STATE,
        refused(() -> memory.allocatorFor("late").allocate(ModMemType.DATA, 64)));
    assertNull(allocator.find(block.address()));
    assertEquals(Reason.WRONG_STATE, refused(allocator::stats));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void near_isWithinReach(String target) {
    OwnerAllocator allocator = open(target);
    JitMemory anchor = allocator.allocate(ModMemType.TEXT, 64);
    for (int i = 0; i < 100; i++) {
      JitMemory close =
          allocator.allocate(
              AllocationRequest.of(ModMemType.TEXT, 1000).near(anchor.address(), 1 << 20));
      long distance = close.address() - anchor.address();
      assertTrue(
          distance >= -(1 << 20) && distance + 1000 <= 1 << 20, () -> "distance " + distance);
    }
  }

  /** On arm64 the first window ends with the image, so that filling it comes to its edge. */
  @ParameterizedTest
  @ValueSource(strings = {"image-amd64", "image-arm64", "image-s390x"})
  void fullRange_goesToTheFallback_andNeverOverTheKernel(String target) {
    OwnerAllocator allocator = open(target);
    var kernel = ((AddressSpaceLayout.Kernel) memory.space().layout()).image();
    boolean fallback = false;
    for (int i = 0; i < 40; i++) {
      long address = allocator.allocate(ModMemType.DATA, 4 << 20).address();
      assertTrue(address + (4 << 20) <= kernel.start() || address >= kernel.end());
      fallback |= kernel.end() - address > 128 << 20;
    }
    if (target.equals("image-arm64")) {
      assertTrue(fallback, "160 MiB do not fit into 128 MiB less the kernel");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void largeAndAligned_arePlaced(String target) {
    OwnerAllocator allocator = open(target);
    JitMemory large = allocator.allocate(ModMemType.TEXT, 5 << 20);
    large.write((5 << 20) - 3, new byte[] {1, 2, 3});
    large.publish();
    assertNotNull(allocator.find(large.address() + (5 << 20) - 1));
    JitMemory aligned =
        allocator.allocate(AllocationRequest.of(ModMemType.DATA, 10).withAlignment(1 << 16));
    assertEquals(0, aligned.address() & 0xffff);
    large.close();
    aligned.close();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void owner_goesAndItsMemoryComesBack(String target) {
    open(target);
    OwnerAllocator first = memory.allocatorFor("first");
    OwnerAllocator second = memory.allocatorFor("second");
    JitMemory lost = first.allocate(ModMemType.TEXT, 1000).publish();
    JitMemory kept = second.allocate(ModMemType.TEXT, 1000).publish();
    assertEquals("first", first.find(lost.address()).owner());
    first.close();
    assertEquals(JitMemory.State.FREED, lost.state());
    assertNull(second.find(lost.address()));
    assertEquals(JitMemory.State.LIVE, kept.state());
    assertEquals(Reason.WRONG_STATE, refused(() -> first.allocate(ModMemType.TEXT, 1)));
    assertEquals(atFirst.usedBytes() + 1000, second.stats().usedBytes());
  }

  @ParameterizedTest
  @MethodSource("targets")
  void textOfManyPurposes_sharesSlabsWhereTheArchitectureAllows(String target) {
    OwnerAllocator allocator = open(target);
    for (Purpose purpose : Purpose.values()) {
      allocator.allocate(AllocationRequest.of(ModMemType.TEXT, 64).withPurpose(purpose)).publish();
    }
    allocator.allocate(ModMemType.INIT_TEXT, 64).publish();
    assertEquals(
        5 + corePieces(allocator),
        allocator.slabs().stream()
            .filter(slab -> slab.protection().equals("r-x"))
            .mapToInt(slab -> slab.allocations())
            .sum());
  }

  private static long corePieces(OwnerAllocator allocator) {
    return allocator.allocations().stream().filter(a -> !a.owner().equals("test")).count();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void image_enforcesPagePermissions(String target) {
    OwnerAllocator allocator = open(target);
    if (target.equals("host")) {
      assertTrue(allocator.image().isEmpty());
      return;
    }
    var image = allocator.image().orElseThrow();
    JitMemory text = allocator.allocate(ModMemType.TEXT, 64).publish();
    JitMemory data = allocator.allocate(ModMemType.DATA, 64).publish();
    JitMemory rodata = allocator.allocate(ModMemType.RODATA, 64).publish();
    assertEquals(64, image.fetch(text.address(), 64).length);
    assertThrows(AccessViolationException.class, () -> image.store(text.address(), new byte[1]));
    image.store(data.address(), new byte[] {5});
    assertEquals(5, data.read(0, 1)[0]);
    assertThrows(AccessViolationException.class, () -> image.fetch(data.address(), 4));
    assertThrows(AccessViolationException.class, () -> image.store(rodata.address(), new byte[1]));
    AccessViolationException violation =
        assertThrows(AccessViolationException.class, () -> image.load(0x1234, 1));
    assertEquals(0x1000, violation.page());
    assertEquals(
        Reason.UNSUPPORTED,
        refused(() -> text.function(0, java.lang.foreign.FunctionDescriptor.ofVoid())));
  }
}
