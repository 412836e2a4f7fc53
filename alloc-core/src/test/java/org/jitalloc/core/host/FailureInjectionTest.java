package org.jitalloc.core.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.Arch;
import org.jitalloc.core.memory.TargetMemory;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each system call that a space makes in its life fails, one at a time: opened each way, used for
 * all it is for, closed. Then the error names the call, the space is usable, and nothing is left.
 */
class FailureInjectionTest {

  private static final long GIB = 1L << 30;

  private final Arch arch = MachineArch.get();

  /** Opens, uses and closes something; {@return whether it could be opened} */
  private interface Life {
    boolean live(String mode, FaultyCalls calls) throws Throwable;
  }

  @TestFactory
  Stream<DynamicNode> space_everyCall_everyWay() {
    return everyWay(this::liveAsSpace);
  }

  @TestFactory
  Stream<DynamicNode> target_everyCall_everyWay() {
    return everyWay(this::liveAsTarget);
  }

  private Stream<DynamicNode> everyWay(Life life) {
    return Stream.concat(
            Stream.of(HostMode.AUTO), Stream.of(HostMode.values()).map(HostMode::label))
        .map(mode -> DynamicContainer.dynamicContainer(mode, tests(mode, life)));
  }

  private Stream<DynamicTest> tests(String mode, Life life) {
    FaultyCalls none = new FaultyCalls(new LinuxCalls(), -1, 0);
    DynamicTest first =
        DynamicTest.dynamicTest(
            mode + ": nothing fails",
            () -> {
              assumeTrue(life.live(mode, none), () -> "this machine does not allow " + mode);
              assertTrue(none.ledger().isEmpty(), () -> "left: " + none.ledger());
            });
    return Stream.concat(
        Stream.of(first), Stream.of(0).flatMap(_ -> failures(mode, life, none.made())));
  }

  /** One test for each kind of call and error, which goes through all calls of that kind. */
  private Stream<DynamicTest> failures(String mode, Life life, List<String> made) {
    return made.stream()
        .distinct()
        .flatMap(
            name ->
                errors(name)
                    .mapToObj(
                        errno ->
                            DynamicTest.dynamicTest(
                                "%s: %s fails with %d".formatted(mode, name, errno),
                                () -> failEach(mode, life, made, name, errno))));
  }

  /** EINVAL is what a kernel says of advice that it does not know, which is no failure. */
  private static IntStream errors(String name) {
    return name.equals("madvise")
        ? IntStream.of(Errno.ENOMEM, Errno.EINVAL)
        : IntStream.of(Errno.ENOMEM);
  }

  private void failEach(String mode, Life life, List<String> made, String name, int errno)
      throws Throwable {
    int[] places = IntStream.range(0, made.size()).filter(i -> made.get(i).equals(name)).toArray();
    for (int place : places) {
      fail(mode, life, place, errno);
    }
  }

  private void fail(String mode, Life life, int place, int errno) throws Throwable {
    FaultyCalls calls = new FaultyCalls(new LinuxCalls(), place, errno);
    List<String> files = ProcessState.ourFiles();
    List<String> mappings = ProcessState.ourMappings();
    long bytes = ProcessState.addressSpaceBytes();
    try {
      life.live(mode, calls);
      // What is freed is cleared by whoever comes first: with or without a barrier, sooner or
      // later.
      boolean fewer = calls.made().size() <= place;
      assertTrue(fewer || !calls.failed().isEmpty(), "the call was not reached");
      assertTrue(calls.ledger().isEmpty(), () -> "left: " + calls.ledger());
      assertEquals(files, ProcessState.ourFiles());
      assertEquals(mappings, ProcessState.ourMappings());
      long grown = ProcessState.addressSpaceBytes() - bytes;
      assertTrue(grown < GIB, () -> "the address space has grown by " + grown);
    } catch (Throwable failure) {
      throw new AssertionError("call %d: %s".formatted(place, calls.failed()), failure);
    }
  }

  private boolean liveAsSpace(String mode, FaultyCalls calls) throws Throwable {
    HostSpace space;
    try {
      space = HostSpace.open(calls.calls(), arch, mode);
    } catch (JitAllocException failure) {
      assertNamed(calls, failure);
      return false;
    }
    HostScenario scenario = new HostScenario(space, calls);
    try {
      scenario.run();
    } finally {
      close(space, calls);
    }
    return true;
  }

  private boolean liveAsTarget(String mode, FaultyCalls calls) throws Throwable {
    TargetMemory memory;
    try {
      HostSpace space = HostSpace.open(calls.calls(), arch, mode);
      memory = TargetMemory.host(arch, space, () -> MachineArch.textPoke().orElse(null));
    } catch (JitAllocException failure) {
      assertNamed(calls, failure);
      return false;
    }
    TargetScenario scenario = new TargetScenario(memory, calls);
    try {
      scenario.run();
    } finally {
      close(memory, calls);
    }
    return true;
  }

  private static void assertNamed(FaultyCalls calls, JitAllocException failure) {
    if (!calls.failed().isEmpty()) {
      assertTrue(failure.getMessage().contains(calls.failed()), failure::getMessage);
    }
  }

  /** What could not be given back at first is given back when that is tried again. */
  private static void close(AutoCloseable open, FaultyCalls calls) throws Exception {
    try {
      open.close();
    } catch (JitAllocException failure) {
      assertNamed(calls, failure);
      open.close();
    }
  }
}
