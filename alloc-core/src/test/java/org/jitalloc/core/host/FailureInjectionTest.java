package org.jitalloc.core.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.Arch;
import org.jitalloc.core.memory.LeakPolicy;
import org.jitalloc.core.memory.Rulebook;
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

  /** Which of the calls of a kind fail: each, if nothing is said. */
  private static final int EVERY = Integer.getInteger("jitalloc.test.failures", 1);

  private final RandomGenerator random = RandomGenerator.getDefault();
  private final Arch arch = MachineArch.get();

  /** Why the last setup could not be opened. */
  private String refusal = "";

  /** What is opened, used and closed. */
  private record Setup(HostOptions options, boolean target) {

    /** Keys that this machine may not have are played. */
    SystemCalls calls() {
      return options.alias() == AliasProtection.PKEYS ? PlayedKeys.calls() : new LinuxCalls();
    }

    @Override
    public String toString() {
      return (target ? "target of " : "") + options;
    }
  }

  @TestFactory
  Stream<DynamicNode> space_everyCall_everyWay() {
    return modes().map(HostOptions::of).map(options -> tests(new Setup(options, false)));
  }

  @TestFactory
  Stream<DynamicNode> target_everyCall_everyWay() {
    return modes().map(HostOptions::of).map(options -> tests(new Setup(options, true)));
  }

  @TestFactory
  Stream<DynamicNode> protections_everyCall() {
    String mode = HostMode.MEMFD.label();
    return Stream.of(
            new HostOptions(mode, AliasProtection.PKEYS, false, false),
            new HostOptions(mode, AliasProtection.MPROTECT, false, false),
            new HostOptions(mode, AliasProtection.AUTO, true, false),
            new HostOptions(HostMode.ANON_THP.label(), AliasProtection.AUTO, true, true))
        .map(options -> tests(new Setup(options, false)));
  }

  private static Stream<String> modes() {
    return Stream.concat(
        Stream.of(HostMode.AUTO), Stream.of(HostMode.values()).map(HostMode::label));
  }

  /** What this machine does not allow at all has no calls whose failure could be seen. */
  private DynamicNode tests(Setup setup) {
    var none = new FaultyCalls(setup.calls(), -1, 0);
    var allowed = new AtomicBoolean();
    DynamicTest first =
        DynamicTest.dynamicTest(
            "nothing fails",
            () -> {
              allowed.set(live(setup, none));
              assumeTrue(
                  allowed.get(),
                  () -> "this machine does not allow %s: %s".formatted(setup, refusal));
              assertTrue(none.ledger().isEmpty(), () -> "left: " + none.ledger());
            });
    return DynamicContainer.dynamicContainer(
        setup.toString(),
        Stream.concat(
            Stream.of(first),
            Stream.of(allowed)
                .filter(AtomicBoolean::get)
                .flatMap(_ -> failures(setup, none.made()))));
  }

  /** One test for each kind of call and error, which goes through all calls of that kind. */
  private Stream<DynamicTest> failures(Setup setup, List<String> made) {
    return made.stream()
        .distinct()
        .flatMap(
            name ->
                errors(name)
                    .mapToObj(
                        errno ->
                            DynamicTest.dynamicTest(
                                "%s fails with %d".formatted(name, errno),
                                () -> failEach(setup, made, name, errno))));
  }

  /** EINVAL is what a kernel says of advice that it does not know, which is no failure. */
  private static IntStream errors(String name) {
    return name.equals("madvise")
        ? IntStream.of(Errno.ENOMEM, Errno.EINVAL)
        : IntStream.of(Errno.ENOMEM);
  }

  private void failEach(Setup setup, List<String> made, String name, int errno) throws Throwable {
    int[] places = IntStream.range(0, made.size()).filter(i -> made.get(i).equals(name)).toArray();
    for (int i = random.nextInt(Math.min(EVERY, places.length)); i < places.length; i += EVERY) {
      fail(setup, places[i], errno);
    }
  }

  private void fail(Setup setup, int place, int errno) throws Throwable {
    var calls = new FaultyCalls(setup.calls(), place, errno);
    List<String> files = ProcessState.ourFiles();
    List<String> mappings = ProcessState.ourMappings();
    long bytes = ProcessState.addressSpaceBytes();
    try {
      live(setup, calls);
      // What is freed is cleared by whoever comes first: with or without a barrier, sooner or
      // later.
      boolean fewer = calls.made().size() <= place;
      assertTrue(fewer || !calls.failed().isEmpty(), "the call was not reached");
      assertTrue(calls.ledger().isEmpty(), () -> "left: " + calls.ledger());
      assertEquals(files, ProcessState.ourFiles());
      if (!setup.options.seal()) {
        assertEquals(mappings, ProcessState.ourMappings());
      }
      long grown = ProcessState.addressSpaceBytes() - bytes;
      assertTrue(grown < GIB, () -> "the address space has grown by " + grown);
    } catch (Throwable failure) {
      throw new AssertionError("%s, call %d: %s".formatted(setup, place, calls.failed()), failure);
    }
  }

  /** {@return whether it could be opened} */
  private boolean live(Setup setup, FaultyCalls calls) throws Throwable {
    HostSpace space;
    try {
      space = HostSpace.open(calls.calls(), arch, setup.options);
    } catch (JitAllocException failure) {
      assertNamed(calls, failure);
      refusal = String.valueOf(failure.getMessage());
      return false;
    }
    return setup.target ? liveAsTarget(space, calls) : liveAsSpace(space, calls);
  }

  private boolean liveAsSpace(HostSpace space, FaultyCalls calls) throws Throwable {
    try {
      new HostScenario(space, calls).run();
    } finally {
      close(space, calls);
    }
    return true;
  }

  private boolean liveAsTarget(HostSpace space, FaultyCalls calls) throws Throwable {
    TargetMemory memory;
    try {
      memory =
          TargetMemory.host(
              arch,
              space,
              LeakPolicy.DEFAULT,
              new Rulebook(),
              () -> MachineArch.textPoke().orElse(null));
    } catch (JitAllocException failure) {
      assertNamed(calls, failure);
      return false;
    }
    try {
      new TargetScenario(memory, calls).run();
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
