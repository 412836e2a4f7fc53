package org.jitalloc.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Services are there while all that they take is, and end after nobody finds them. */
final class TargetServicesTest {
  private record Codec(String arch, String name) {}

  private final JitAllocator one = JitAlloc.newImage("support-one", "amd64");
  private final JitAllocator two = JitAlloc.newImage("support-two", "amd64");
  private final Codecs<Codec> codecs = new Codecs<>(Codec::arch);
  private final FakeContext framework = new FakeContext();
  private final TargetServices<CharSequence> services =
      new TargetServices<>(framework.context(), List.of(CharSequence.class), new Words());

  private final class Words implements TargetServices.Kind<CharSequence> {
    @Override
    public @Nullable CharSequence start(JitAllocator allocator) {
      Codec codec = codecs.get(allocator.target().arch());
      if (codec != null && codec.name().equals("forbidden")) {
        throw new JitAllocException(JitAllocException.Reason.DENIED, "by the test");
      }
      return codec == null ? null : codec.name() + " of " + allocator.target().name();
    }

    @Override
    public void stop(CharSequence service) {
      framework.events.add("stopped " + service);
    }
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
}
