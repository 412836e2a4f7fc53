package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the protections in addition to W^X, by the reports and refusals of the kernel. */
class ProtectionTest {

  private static final int EPERM = 1;
  private static final long SLAB = PageSizes.GRANULE;

  private final SystemCalls os = new LinuxCalls();
  private final Arch arch = MachineArch.get();

  private HostSpace open(SystemCalls calls, HostOptions options) {
    try {
      return HostSpace.open(calls, arch, options);
    } catch (JitAllocException impossible) {
      assumeTrue(false, "this machine does not allow " + options + ": " + impossible);
      throw impossible;
    }
  }

  private static long start(HostSpace space) {
    return ((AddressSpaceLayout.Process) space.layout()).window().start();
  }

  /** Writes a function that returns a value, and calls it. */
  private int run(HostSpace space, long at, int value) throws Throwable {
    space.write(at, arch.returnConstant(value));
    arch.cacheFlush()
        .ifPresent(
            stub -> {
              space.write(at + 4096, stub);
              new CacheFlush(at + 4096).flush(at, 64);
            });
    space.sync();
    return (int)
        Linker.nativeLinker()
            .downcallHandle(MemorySegment.ofAddress(at), FunctionDescriptor.of(JAVA_INT))
            .invokeExact();
  }

  /** Returns the permissions of the aliases: the mappings of our files that are not for users. */
  private static List<String> aliases() throws IOException {
    return ProcessState.ourMappings().stream()
        .map(line -> line.split(" ")[1].substring(0, 3))
        .filter(permissions -> !permissions.startsWith("r-"))
        .distinct()
        .toList();
  }

  private static boolean hasAlias(HostMode mode) {
    return mode.hasAlias();
  }

  @ParameterizedTest
  @EnumSource(HostMode.class)
  void mprotectAlias_isInaccessibleBetweenWrites(HostMode mode) throws Throwable {
    var options = new HostOptions(mode.label(), AliasProtection.MPROTECT, false, false);
    assertInaccessibleBetweenWrites(mode, os, options, "without permissions");
  }

  @ParameterizedTest
  @EnumSource(HostMode.class)
  void pkeysAlias_withEmulatedKeys_isInaccessibleBetweenWrites(HostMode mode) throws Throwable {
    var options = new HostOptions(mode.label(), AliasProtection.PKEYS, false, false);
    assertInaccessibleBetweenWrites(mode, EmulatedPkeys.calls(), options, "protection key");
  }

  private void assertInaccessibleBetweenWrites(
      HostMode mode, SystemCalls calls, HostOptions options, String word) throws Throwable {
    try (HostSpace space = open(calls, options)) {
      assertEquals(hasAlias(mode), space.mode().reason().contains(word), space.mode()::toString);
      List<String> expected = hasAlias(mode) ? List.of("---") : List.of();
      long text = start(space) + SLAB;
      space.map(text, SLAB, PageProtection.ROX);
      assertEquals(expected, aliases());
      assertEquals(7, run(space, text, 7));
      assertEquals(expected, aliases());
      assertEquals(
          mode.huge() ? SLAB : 0,
          space.hugePageBytes(text, SLAB),
          "the protection keeps huge pages");
      space.fill(text, SLAB, arch.trapFill());
      assertEquals(expected, aliases());
      space.unmap(text, SLAB, PageProtection.ROX);
      space.map(text, SLAB, PageProtection.RO);
      assertArrayEquals(new byte[64], space.read(text, 64));
      assertEquals(expected, aliases());
    }
  }

  @Test
  void mprotectAlias_serialisesWrites() throws Exception {
    var options = new HostOptions("memfd", AliasProtection.MPROTECT, false, false);
    try (HostSpace space = open(os, options);
        var threads = Executors.newFixedThreadPool(3)) {
      long text = start(space);
      space.map(text, SLAB, PageProtection.ROX);
      Callable<Integer> writes =
          () -> {
            long at = text + 64 * (Thread.currentThread().threadId() % 64);
            for (int i = 0; i < 2000; i++) {
              byte[] value = {(byte) i, (byte) (i >> 8), 3};
              space.write(at, value);
              assertArrayEquals(value, space.read(at, 3));
            }
            return 2000;
          };
      for (Future<Integer> done : threads.invokeAll(List.of(writes, writes, writes))) {
        assertEquals(2000, done.get());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = HostMode.class,
      names = {"HUGETLB", "SHMEM_THP", "MEMFD_COLLAPSE", "MEMFD"})
  void pkeysAlias_isRefusedWithoutKeysOfTheProcessor(HostMode mode) throws Throwable {
    var options = new HostOptions(mode.label(), AliasProtection.PKEYS, false, false);
    if (CpuFeatures.ofThisMachine().contains("ospke")) {
      // Sealed mappings of other tests exist until the process ends.
      Set<String> others = keysOfOurMappings(Set.of()).keySet();
      try (HostSpace space = open(os, options)) {
        long text = start(space) + SLAB;
        space.map(text, SLAB, PageProtection.ROX);
        assertEquals(7, run(space, text, 7));
        assertEquals(
            List.of("r-x 0", "rw- 1"),
            keysOfOurMappings(others).values().stream().sorted().toList());
        space.unmap(text, SLAB, PageProtection.ROX);
        assertEquals(Map.of(), keysOfOurMappings(others));
      }
    } else {
      JitAllocException refused =
          assertThrows(JitAllocException.class, () -> HostSpace.open(arch, options));
      assertEquals(Reason.UNSUPPORTED, refused.reason());
      assertTrue(refused.getMessage().contains("pkey_alloc("), refused::toString);
    }
  }

  /**
   * Returns the permissions and the protection key of our mappings, by their lines in smaps.
   *
   * @param others the lines that are ignored
   */
  private static Map<String, String> keysOfOurMappings(Set<String> others) throws IOException {
    Map<String, String> keys = new HashMap<>();
    String mapping = "";
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        mapping = line.contains("memfd:jitalloc") && !others.contains(line) ? line : "";
      } else if (!mapping.isEmpty() && line.startsWith("ProtectionKey:")) {
        keys.put(mapping, mapping.split(" ")[1].substring(0, 3) + " " + line.replaceAll("\\D", ""));
      }
    }
    return keys;
  }

  @ParameterizedTest
  @ValueSource(strings = {"hugetlb", "shmem-thp", "memfd-collapse", "anon-thp", "memfd"})
  void sealedText_isWritableOnlyThroughItsMapping(String mode) throws Throwable {
    try (HostSpace space = open(os, new HostOptions(mode, AliasProtection.AUTO, true, false))) {
      assertTrue(space.mode().reason().contains("text sealed"), space.mode()::toString);
      long text = start(space) + SLAB;
      space.map(text, SLAB, PageProtection.ROX);
      assertEquals(7, run(space, text, 7));
      assertRefused(() -> os.mprotect(text, SLAB, SystemCalls.PROT_READ | SystemCalls.PROT_WRITE));
      assertRefused(() -> os.munmap(text, SLAB));
      assertRefused(() -> Reservation.restore(os, text, SLAB));
      assertEquals(8, run(space, text, 8));
      assertFalse(space.unmap(text, SLAB, PageProtection.ROX));
      assertArrayEquals(
          RawMemory.repeat(arch.trapFill(), text, 64), space.read(text, 64), "the code is cleared");
      assertThrows(IllegalArgumentException.class, () -> space.map(text, SLAB, PageProtection.RW));
      space.map(text, SLAB, PageProtection.ROX);
      assertEquals(9, run(space, text, 9));
    }
  }

  private void assumeSeals() {
    try {
      Seals.requireSupport(os);
    } catch (JitAllocException older) {
      assumeTrue(false, older::toString);
    }
  }

  private static void assertRefused(org.junit.jupiter.api.function.Executable change) {
    assertEquals(EPERM, Errno.of(assertThrows(JitAllocException.class, change)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hugetlb", "shmem-thp", "memfd"})
  void sealedText_afterClose_isMappedWithoutMemory(String mode) throws IOException {
    HostSpace space = open(os, new HostOptions(mode, AliasProtection.AUTO, true, false));
    long window = start(space);
    space.map(window + SLAB, SLAB, PageProtection.ROX);
    assertTrue(residentBytes(window + SLAB) > 0);
    space.close();
    assertEquals(List.of("r-x"), ProcessState.permissions(window + SLAB, SLAB));
    assertEquals(0, residentBytes(window + SLAB));
    space.close();
  }

  /** Returns the resident bytes of a mapping, in small and huge pages. */
  private static long residentBytes(long address) throws IOException {
    long bytes = 0;
    boolean here = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        here = line.startsWith(Long.toHexString(address) + "-");
      } else if (here && line.matches("(Rss|Shared_Hugetlb|Private_Hugetlb):.*")) {
        bytes += Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    return bytes;
  }

  @Test
  void mprotectMode_withSeals_isRefused() {
    assumeSeals();
    JitAllocException refused =
        assertThrows(
            JitAllocException.class,
            () ->
                HostSpace.open(
                    arch, new HostOptions("mprotect", AliasProtection.AUTO, true, false)));
    assertTrue(refused.getMessage().contains("cannot replace sealed pages"), refused::toString);
  }

  @Test
  void kernelWithoutMseal_isRefusedWithTheSetting() {
    var calls = new FaultyCalls(os, 2, 38);
    JitAllocException refused =
        assertThrows(
            JitAllocException.class,
            () ->
                HostSpace.open(
                    calls.calls(),
                    arch,
                    new HostOptions("auto", AliasProtection.AUTO, true, false)));
    assertEquals(Reason.UNSUPPORTED, refused.reason());
    assertTrue(refused.getMessage().contains("jitalloc.protect.seal"), refused::toString);
    assertEquals("mseal", calls.made().getLast());
  }

  @Test
  void guards_areOnBothSidesOfTheWindow() throws IOException {
    try (HostSpace space = open(os, new HostOptions("auto", AliasProtection.AUTO, false, true))) {
      AddressSpaceLayout.Process layout = (AddressSpaceLayout.Process) space.layout();
      space.map(layout.window().start(), SLAB, PageProtection.RW);
      space.map(layout.window().end() - SLAB, SLAB, PageProtection.RW);
      assertEquals(List.of("---"), ProcessState.permissions(layout.window().start() - SLAB, SLAB));
      assertEquals(List.of("---"), ProcessState.permissions(layout.window().end(), SLAB));
      assertTrue(space.guards());
      assertTrue(space.mode().reason().endsWith("guards between slabs"), space.mode()::toString);
    }
  }

  /** Uses an allocator on sealed slabs with guards between them. */
  @ParameterizedTest
  @ValueSource(strings = {"auto", "shmem-thp", "anon-thp", "memfd"})
  void allocator_onSealedAndGuardedSlabs_works(String mode) throws Throwable {
    HostSpace space = open(os, new HostOptions(mode, AliasProtection.AUTO, true, true));
    List<JitMemory> held = new ArrayList<>();
    try (TargetMemory target =
        TargetMemory.host(
            arch,
            space,
            LeakPolicy.DEFAULT,
            new Rulebook(),
            () -> MachineArch.textPoke().orElse(null))) {
      JitAllocator allocator = target.allocatorFor("test");
      for (int round = 0; round < 3; round++) {
        for (ModMemType type : ModMemType.values()) {
          held.add(allocator.allocate(type, 5 << 19).publish());
        }
        assertGuarded(allocator.slabs());
        byte[] constant = arch.returnConstant(round);
        JitMemory code = allocator.allocate(ModMemType.TEXT, constant.length);
        code.write(0, constant);
        code.publish();
        var type = FunctionDescriptor.of(JAVA_INT);
        assertEquals(round, (int) code.function(0, type).invokeExact());
        held.add(code);
        held.forEach(JitMemory::close);
        held.clear();
      }
    }
  }

  private static void assertGuarded(List<SlabInfo> slabs) throws IOException {
    assertTrue(slabs.size() > 3, slabs::toString);
    for (SlabInfo slab : slabs) {
      long end = slab.span().end() + SLAB - 1 & -SLAB;
      assertEquals(List.of("---"), ProcessState.permissions(end, SLAB), slab::toString);
      long start = slab.span().start() & -SLAB;
      assertEquals(List.of("---"), ProcessState.permissions(start - SLAB, SLAB), slab::toString);
    }
  }

  @Test
  void options_areReadByName_andInvalidValuesAreRefused() {
    Map<String, String> given =
        Map.of(
            "jitalloc.memory.mode", "memfd",
            "jitalloc.protect.alias", "mprotect",
            "jitalloc.protect.seal", "true",
            "jitalloc.protect.guards", "true");
    assertEquals(
        new HostOptions("memfd", AliasProtection.MPROTECT, true, true),
        HostOptions.read(name -> given.getOrDefault(name, "")));
    assertEquals(HostOptions.of("auto"), HostOptions.read(_ -> ""));
    assertInvalid("jitalloc.protect.alias=yes; expected one of auto, none, pkeys, mprotect", "yes");
    assertInvalid("jitalloc.protect.alias=PKEYS; expected one of", "PKEYS");
  }

  private static void assertInvalid(String message, String alias) {
    JitAllocException refused =
        assertThrows(
            JitAllocException.class,
            () -> HostOptions.read(name -> name.equals(HostOptions.ALIAS) ? alias : ""));
    assertEquals(Reason.INVALID_REQUEST, refused.reason());
    assertTrue(refused.getMessage().contains(message), refused::toString);
  }
}
