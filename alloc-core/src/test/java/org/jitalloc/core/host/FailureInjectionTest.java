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
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.quota.Rulebook;
import org.jitalloc.core.target.TargetMemory;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Lets each system call of an address space fail, one per run, in each memory mode, from opening to
 * closing. The exception must name the call, the space must stay usable, and closing must release
 * all resources.
 */
class FailureInjectionTest {

  private static final long GIB = 1L << 30;

  /** The step through the calls of one kind; 1 lets each of them fail. */
  private static final int STEP = Integer.getInteger("jitalloc.test.failures", 1);

  private final RandomGenerator random = RandomGenerator.getDefault();
  private final Arch arch = MachineArch.get();

  /** The reason why the last setup could not be opened. */
  private String refusal = "";

  /**
   * A configuration that is opened, used and closed.
   *
   * @param options the options of the space
   * @param target whether a target is opened on the space
   */
  private record Setup(HostOptions options, boolean target) {

    /** Emulates protection keys, because this machine may not have them. */
    SystemCalls calls() {
      return options.alias() == AliasProtection.PKEYS ? EmulatedPkeys.calls() : new LinuxCalls();
    }

    @Override
    public String toString() {
      return (target ? "target of " : "") + options;
    }
  }

  @TestFactory
  Stream<DynamicNode> space_eachCallFails_inEachMode() {
    return modes().map(HostOptions::of).map(options -> tests(new Setup(options, false)));
  }

  @TestFactory
  Stream<DynamicNode> target_eachCallFails_inEachMode() {
    return modes().map(HostOptions::of).map(options -> tests(new Setup(options, true)));
  }

  @TestFactory
  Stream<DynamicNode> protections_eachCallFails() {
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

  /** A setup that this machine does not allow has no tests of failures. */
  private DynamicNode tests(Setup setup) {
    var none = new FaultyCalls(setup.calls(), -1, 0);
    var allowed = new AtomicBoolean();
    DynamicTest first =
        DynamicTest.dynamicTest(
            "no call fails",
            () -> {
              allowed.set(live(setup, none));
              assumeTrue(
                  allowed.get(),
                  () -> "this machine does not allow %s: %s".formatted(setup, refusal));
              assertTrue(none.resources().isEmpty(), () -> "not released: " + none.resources());
            });
    return DynamicContainer.dynamicContainer(
        setup.toString(),
        Stream.concat(
            Stream.of(first),
            Stream.of(allowed)
                .filter(AtomicBoolean::get)
                .flatMap(_ -> failures(setup, none.made()))));
  }

  /** Returns a test for each kind of call and error; it covers all calls of this kind. */
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

  /** EINVAL is the error for unknown advice, which is not a failure. */
  private static IntStream errors(String name) {
    return name.equals("madvise")
        ? IntStream.of(Errno.ENOMEM, Errno.EINVAL)
        : IntStream.of(Errno.ENOMEM);
  }

  private void failEach(Setup setup, List<String> made, String name, int errno) throws Throwable {
    int[] places = IntStream.range(0, made.size()).filter(i -> made.get(i).equals(name)).toArray();
    for (int i = random.nextInt(Math.min(STEP, places.length)); i < places.length; i += STEP) {
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
      // The thread that clears freed memory varies, and with it the number of barriers.
      boolean fewer = calls.made().size() <= place;
      assertTrue(fewer || !calls.failed().isEmpty(), "the call was not reached");
      assertTrue(calls.resources().isEmpty(), () -> "not released: " + calls.resources());
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

  /** {@return whether the setup could be opened} */
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

  /** Closes. A second attempt releases what the first could not. */
  private static void close(AutoCloseable open, FaultyCalls calls) throws Exception {
    try {
      open.close();
    } catch (JitAllocException failure) {
      assertNamed(calls, failure);
      open.close();
    }
  }
}
