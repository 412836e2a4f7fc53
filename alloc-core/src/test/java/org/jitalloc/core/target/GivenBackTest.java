package org.jitalloc.core.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jitalloc.AllocationRequest;
import org.jitalloc.Instruction.Jump;
import org.jitalloc.Instruction.Nop;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Poke;
import org.jitalloc.arch.Arch;
import org.jitalloc.core.host.HostOptions;
import org.jitalloc.core.host.HostSpace;
import org.jitalloc.core.host.MachineArch;
import org.jitalloc.core.host.ProcessMappings;
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.quota.Rulebook;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host target that goes leaves nothing in the process: no address space, no file, no handler. */
class GivenBackTest {

  private static final long GIB = 1L << 30;

  private static long addressSpaceBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmSize:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  private static long openFiles() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  /** Opens the host with a way to memory, if this machine allows it. */
  static TargetMemory open(String mode) {
    Arch arch = MachineArch.get();
    try {
      HostSpace space = HostSpace.open(arch, HostOptions.of(mode));
      return TargetMemory.host(
          arch, space, LeakPolicy.DEFAULT, new Rulebook(), () -> MemoryLifeTest.strategy(arch));
    } catch (JitAllocException impossible) {
      assumeTrue(false, "this machine does not allow " + mode + ": " + impossible);
      throw impossible;
    }
  }

  private static void useAndLeave(String mode) {
    Arch arch = MachineArch.get();
    try (TargetMemory memory = open(mode)) {
      OwnerAllocator allocator = memory.allocatorFor("test");
      for (ModMemType type : ModMemType.values()) {
        allocator.allocate(AllocationRequest.of(type, 3 << 20)).publish();
        JitMemory small = allocator.allocate(type, 100).publish();
        if (type == ModMemType.RO_AFTER_INIT) {
          small.seal();
        }
      }
      if (MemoryLifeTest.strategy(arch) != null) {
        int bytes = allocator.poker().siteBytes();
        JitMemory code = allocator.allocate(ModMemType.TEXT, bytes);
        code.write(0, allocator.poker().encode(new Nop(), code.address()));
        code.publish();
        allocator.poker().poke(new Poke(code, 0, new Nop(), new Jump(code.address())));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "memfd", "mprotect"})
  void hostTargets_comeAndGo_andNothingStays(String mode) throws IOException {
    useAndLeave(mode);
    int mappings = ProcessMappings.ofJitalloc().size();
    long files = openFiles();
    long bytes = addressSpaceBytes();
    for (int i = 0; i < 10; i++) {
      useAndLeave(mode);
    }
    assertEquals(mappings, ProcessMappings.ofJitalloc().size(), () -> "mappings of ours");
    assertEquals(files, openFiles(), "open files");
    long grown = addressSpaceBytes() - bytes;
    assertTrue(grown < GIB, () -> "ten windows of 2 GiB came and went; grown by " + grown);
  }
}
