package org.jitalloc.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Services are registered while their dependencies exist, and stop after they are unregistered. */
final class TargetServicesTest {
  private record Codec(String arch, String name) {}

  private final JitAllocator one = JitAlloc.newImage("support-one", "amd64");
  private final JitAllocator two = JitAlloc.newImage("support-two", "amd64");
  private final Codecs<Codec> codecs = new Codecs<>(Codec::arch);
  private String failing = "";
  private final FakeContext framework = new FakeContext();
  private final TargetServices<JitAllocator, CharSequence> services =
      new TargetServices<>(
          framework.context(), List.of(CharSequence.class), JitAllocator::target, new Words());

  private final class Words implements TargetServices.Kind<JitAllocator, CharSequence> {
    @Override
    public @Nullable CharSequence start(JitAllocator allocator) {
      Codec codec = codecs.get(allocator.target().arch());
      if (codec != null && codec.name().equals("forbidden")) {
        throw new JitAllocException(JitAllocException.Reason.DENIED, "by the test");
      }
      if (codec != null && allocator.target().name().equals(failing)) {
        throw new NoClassDefFoundError("by the test");
      }
      return codec == null ? null : codec.name() + " of " + allocator.target().name();
    }

    @Override
    public void stop(CharSequence service) {
      framework.events.add("stopped " + service);
    }
  }

  @Test
  void target_thatFailsWithAnError_doesNotKeepTheOthers_andCanStartLater() {
    failing = "support-one";
    services.add(one);
    services.add(two);
    assertThrows(NoClassDefFoundError.class, () -> add(new Codec("amd64", "c")));
    assertTrue(
        framework.events.toString().contains("registered support-two"), framework.events::toString);
    failing = "";
    services.serveAll();
    assertTrue(
        framework.events.toString().contains("registered support-one"), framework.events::toString);
  }

  private void add(Codec codec) {
    codecs.add(codec);
    services.serveAll();
  }

  private void remove(Codec codec) {
    if (codecs.remove(codec)) {
      services.replace(codec.arch());
    }
  }

  @Test
  void service_isThereWhileItsAllocatorAndItsCodecAre() {
    var codec = new Codec("amd64", "c");
    services.add(one);
    assertEquals(List.of(), framework.services);
    add(new Codec("arm64", "other"));
    assertEquals(List.of(), framework.services);
    add(codec);
    assertEquals(List.of("c of support-one"), framework.services);
    services.add(two);
    services.remove(one);
    assertEquals(List.of("c of support-two"), framework.services);
    remove(codec);
    assertEquals(List.of(), framework.services);
    add(codec);
    assertEquals(List.of("c of support-two"), framework.services);
    services.close();
    add(new Codec("amd64", "late"));
    assertEquals(List.of(), framework.services);
  }

  @Test
  void service_isGoneBeforeItEnds() {
    services.add(one);
    add(new Codec("amd64", "c"));
    services.remove(one);
    assertEquals(
        List.of("registered support-one", "unregistered support-one", "stopped c of support-one"),
        framework.events);
  }

  @Test
  void secondCodecOfAnArchitecture_takesOverWhenTheFirstGoes() {
    var first = new Codec("amd64", "first");
    var second = new Codec("amd64", "second");
    services.add(one);
    add(first);
    add(second);
    remove(new Codec("amd64", "third"));
    assertEquals(List.of("first of support-one"), framework.services);
    remove(first);
    assertEquals(List.of("second of support-one"), framework.services);
    remove(second);
    assertEquals(List.of(), framework.services);
  }

  @Test
  void targetThatRefuses_hasNone_andDisturbsNobody() {
    var forbidden = new Codec("amd64", "forbidden");
    add(forbidden);
    services.add(one);
    assertEquals(List.of(), framework.services);
    add(new Codec("amd64", "allowed"));
    remove(forbidden);
    assertEquals(List.of("allowed of support-one"), framework.services);
  }

  private void on(String event, Runnable action) {
    framework.listener =
        heard -> {
          if (heard.equals(event)) {
            framework.listener = _ -> {};
            action.run();
          }
        };
  }

  /** Runs an action on another thread and waits for it, as a listener may. */
  private static Runnable elsewhere(Runnable action) {
    return () -> {
      var done = new FutureTask<>(action, true);
      Thread.ofPlatform().daemon().start(done);
      try {
        done.get(30, TimeUnit.SECONDS);
      } catch (ExecutionException | InterruptedException | TimeoutException failure) {
        throw new AssertionError("waits for a thread that waits for this one", failure);
      }
    };
  }

  private void begin() {
    codecs.add(new Codec("amd64", "c"));
    services.add(one);
  }

  @Test
  void listener_mayWaitForAnotherTarget() {
    on("registered support-one", elsewhere(() -> services.add(two)));
    begin();
    on("unregistered support-one", elsewhere(() -> services.remove(two)));
    services.close();
    assertEquals(
        List.of(
            "registered support-one",
            "registered support-two",
            "unregistered support-one",
            "unregistered support-two",
            "stopped c of support-two",
            "stopped c of support-one"),
        framework.events);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void targetThatGoesWhileItsServiceIsRegistered_hasEndedAtOnce(boolean sameThread) {
    List<String> whenGone = new ArrayList<>();
    Runnable gone =
        () -> {
          services.remove(one);
          whenGone.addAll(framework.events);
        };
    on("registered support-one", sameThread ? gone : elsewhere(gone));
    begin();
    assertEquals(List.of("registered support-one", "stopped c of support-one"), whenGone);
    assertEquals(List.of(), framework.services);
    assertEquals("unregistered support-one", framework.events.getLast());
    assertEquals(3, framework.events.size(), framework.events.toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void targetThatGoesWhileItsServiceIsTakenAway_hasEndedAtOnce(boolean sameThread) {
    Set<String> whenGone = new HashSet<>();
    begin();
    Runnable gone =
        () -> {
          services.remove(one);
          whenGone.addAll(framework.events);
        };
    on("unregistered support-one", sameThread ? gone : elsewhere(gone));
    services.replace("amd64");
    assertTrue(whenGone.contains("stopped c of support-one"), whenGone.toString());
    assertEquals(List.of(), framework.services);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void codecThatGoesWhileItsServiceIsRegistered_isFollowedByTheNext(boolean sameThread) {
    var second = new Codec("amd64", "d");
    codecs.add(second);
    Runnable change = () -> remove(second);
    on("registered support-one", sameThread ? change : elsewhere(change));
    codecs.add(new Codec("amd64", "c"));
    services.add(one);
    assertEquals(List.of("c of support-one"), framework.services);
    assertEquals(
        List.of(
            "registered support-one",
            "stopped d of support-one",
            "unregistered support-one",
            "registered support-one"),
        framework.events);
  }

  @Test
  void whoMayNotRegister_leavesNothingBehind() {
    on(
        "registered support-one",
        () -> {
          throw new IllegalStateException("the bundle stops");
        });
    codecs.add(new Codec("amd64", "c"));
    assertThrows(IllegalStateException.class, () -> services.add(one));
    assertEquals("stopped c of support-one", framework.events.getLast());
    services.close();
    assertEquals(2, framework.events.size(), framework.events.toString());
  }

  @Test
  void manyThreads_leaveWhatIsThereInTheEnd() throws Exception {
    var codec = new Codec("amd64", "c");
    begin();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      JitAllocator mine = JitAlloc.newImage("support-" + i, "amd64");
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int n = 0; n < 500; n++) {
                      services.add(mine);
                      services.replace("amd64");
                      services.remove(mine);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(codec.name() + " of support-one"), framework.services);
    services.close();
    assertEquals(List.of(), framework.services);
    assertEquals(
        framework.events.stream().filter(event -> event.startsWith("registered")).count(),
        framework.events.stream().filter(event -> event.startsWith("unregistered")).count());
  }
}
