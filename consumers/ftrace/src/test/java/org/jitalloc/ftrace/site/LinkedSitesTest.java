package org.jitalloc.ftrace.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jitalloc.Allocation;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.TextPoker;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.arch.trace.SiteTrampolines;
import org.jitalloc.ftrace.testing.Called;
import org.jitalloc.ftrace.testing.PlainText;
import org.jitalloc.text.CallSiteLender.Borrower;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sites that lead to trampolines: which bytes change when, and what is left where that fails. */
final class LinkedSitesTest {
  private static final int SITES = 20;
  private static final int APART = 32;
  private static final String READY = "c00400000000";

  private final JitAllocator image = JitAlloc.newImage("linked", "s390x");
  private final CallSites s390 =
      ServiceLoader.load(CallSites.class).stream()
          .map(ServiceLoader.Provider::get)
          .filter(s -> s.arch().equals("s390x"))
          .findFirst()
          .orElseThrow();
  private final CallSites form = instead(CallSites.class, s390);
  private final SiteGroup group = group("first");
  private final long tracer = group.memory().address() + 4096;

  /** What is denied, and how many pokes until one fails; negative for never. */
  private @Nullable ModMemType denied;

  private int pokesUntilFailure = -1;

  /** How far trampolines may be away; 0 for as far as the architecture says. */
  private long reachBytes;

  private final JitAllocator allocator = instead(JitAllocator.class, image);
  private final Patcher patcher = new Patcher(allocator, _ -> null);

  private SiteGroup group(String owner) {
    var code = new byte[SITES * APART];
    byte[] function = HexFormat.of().parseHex(READY + "07fe");
    Map<Integer, String> sites = new TreeMap<>();
    for (int i = 0; i < SITES; i++) {
      System.arraycopy(function, 0, code, i * APART, function.length);
      sites.put(i * APART, "function" + i);
    }
    PlainText text = PlainText.forming(image, owner, code, sites);
    SiteGroup made = SiteGroup.of(text, form, image.target().byteOrder(), code);
    text.memory().publish();
    return made;
  }

  /** The image's, but for what this test denies and has fail. */
  private <T> T instead(Class<T> type, T of) {
    return type.cast(
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              if (arguments != null && arguments[0] instanceof AllocationRequest request) {
                if (request.type() == denied) {
                  throw new JitAllocException(Reason.DENIED, "by this test: " + request);
                }
              }
              if (of instanceof TextPoker && method.getName().equals("poke")) {
                if (pokesUntilFailure-- == 0) {
                  throw new JitAllocException(Reason.SYSTEM, "by this test");
                }
              }
              if (reachBytes != 0 && method.getName().equals("reachBytes")) {
                return reachBytes;
              }
              try {
                return wrapped(method.invoke(of, arguments));
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            }));
  }

  private @Nullable Object wrapped(@Nullable Object result) {
    return switch (result) {
      case TextPoker poker -> instead(TextPoker.class, poker);
      case Optional<?> some when some.orElse(null) instanceof SiteTrampolines one ->
          Optional.of(instead(SiteTrampolines.class, one));
      case null, default -> result;
    };
  }

  private List<Allocation> links() {
    return image.allocations().stream().filter(a -> a.purpose() == Purpose.FTRACE).toList();
  }

  private String text(SiteGroup of, int index) {
    return HexFormat.of().formatHex(of.memory().read((long) index * APART, 6));
  }

  private List<String> texts(SiteGroup of) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < SITES; i++) {
      texts.add(text(of, i));
    }
    return texts;
  }

  private Called called(SiteGroup of, int index) {
    return Called.by(image, of.address(index));
  }

  private static List<SiteTarget> all(SiteGroup of, long to) {
    List<SiteTarget> changes = new ArrayList<>();
    for (int i = 0; i < SITES; i++) {
      changes.add(new SiteTarget(of, i, to));
    }
    return changes;
  }

  @BeforeEach
  void nothingIsThere() {
    assertEquals(List.of(), links());
  }

  @AfterEach
  void nothingIsLeft() {
    pokesUntilFailure = -1;
    patcher.leave(List.of(group));
    for (int i = 0; i < SITES; i++) {
      assertEquals(READY, text(group, i));
    }
    assertEquals(List.of(), links());
  }

  /** The first time all of the instruction, then the mask; another tracer is no change of text. */
  @Test
  void maskAloneChanges_andTheSlotAlone() {
    patcher.apply(List.of(new SiteTarget(group, 3, tracer)));
    assertEquals(READY, text(group, 2));
    String on = text(group, 3);
    assertEquals("c0f4", on.substring(0, 4));
    assertEquals(2, links().size(), "trampolines and slots of all sites of the text");

    patcher.apply(List.of(new SiteTarget(group, 3, tracer + 64)));
    assertEquals(on, text(group, 3));
    assertEquals(tracer + 64, called(group, 3).tracer());

    patcher.apply(List.of(new SiteTarget(group, 3, 0), new SiteTarget(group, 4, tracer)));
    assertEquals("c004" + on.substring(4), text(group, 3));
    assertEquals(tracer, called(group, 4).tracer());
    assertNotEquals(called(group, 3).trampoline(), called(group, 4).trampoline());

    patcher.apply(List.of(new SiteTarget(group, 3, tracer)));
    assertEquals(on, text(group, 3));
    assertEquals(tracer, called(group, 3).tracer());
  }

  @ParameterizedTest
  @EnumSource(
      value = ModMemType.class,
      names = {"DATA", "TEXT"})
  void withoutTrampolines_sitesCall_untilThereAreSome(ModMemType type) {
    denied = type;
    patcher.apply(all(group, tracer));
    for (int i = 0; i < SITES; i++) {
      assertEquals(new Called(tracer, 0, 0), called(group, i));
    }
    assertEquals(List.of(), links());
    denied = null;
    patcher.apply(all(group, tracer + 64));
    assertEquals(new Called(tracer + 64, 0, 0), called(group, 0), "not while some call");
    patcher.apply(List.of(new SiteTarget(group, 0, 0)));
    assertEquals(READY, text(group, 0));
    patcher.apply(List.of(new SiteTarget(group, 0, tracer)));
    assertEquals(new Called(tracer, 0, 0), called(group, 0));
    patcher.apply(all(group, 0));
    patcher.apply(all(group, tracer));
    for (int i = 0; i < SITES; i++) {
      assertNotEquals(0, called(group, i).trampoline());
    }
  }

  /** Where trampolines would be within reach the text itself is. */
  @Test
  void withoutRoomWithinReach_sitesCall() {
    long needed = group.memory().bytes() + SITES * (16L + Long.BYTES);
    reachBytes = needed + 64;
    patcher.apply(all(group, tracer));
    for (int i = 0; i < SITES; i++) {
      assertEquals(new Called(tracer, 0, 0), called(group, i));
    }
    assertEquals(List.of(), links());
  }

  @Test
  void firstPokeThatFails_leavesNoTrampolines() {
    pokesUntilFailure = 0;
    assertThrows(JitAllocException.class, () -> patcher.apply(all(group, tracer)));
    assertEquals(READY, text(group, 0));
    assertEquals(0, group.call(0));
    assertEquals(List.of(), links());
  }

  /** Sites that were to be redirected in the same batch lead where they led. */
  @Test
  void pokeThatFails_leavesSlotsThatAreReadAsTheyWere() {
    SiteGroup second = group("second");
    patcher.apply(all(group, tracer));
    patcher.apply(List.of(new SiteTarget(group, 5, 0)));
    List<Allocation> before = links();
    List<String> texts = texts(group);
    List<SiteTarget> changes = all(group, tracer + 64);
    changes.addAll(all(second, tracer + 64));
    pokesUntilFailure = 0;

    assertThrows(JitAllocException.class, () -> patcher.apply(changes));

    assertEquals(texts, texts(group));
    for (int i = 0; i < SITES; i++) {
      long expected = i == 5 ? 0 : tracer;
      assertEquals(expected, called(group, i).tracer());
      assertEquals(expected, group.call(i));
      assertEquals(READY, text(second, i));
    }
    assertEquals(before, links());
    patcher.apply(changes);
    assertEquals(tracer + 64, called(group, 5).tracer());
    assertEquals(tracer + 64, called(second, 5).tracer());
    patcher.leave(List.of(second));
  }

  @Test
  void leavingThatFails_leavesTrampolinesAndSites() {
    patcher.apply(all(group, tracer));
    pokesUntilFailure = 0;
    assertThrows(JitAllocException.class, () -> patcher.leave(List.of(group)));
    for (int i = 0; i < SITES; i++) {
      assertEquals(tracer, called(group, i).tracer());
    }
  }

  @Test
  void textThatWasFreed_takesItsTrampolinesAlong() {
    SiteGroup second = group("second");
    patcher.apply(all(second, tracer));
    second.memory().close();
    patcher.leave(List.of(second));
    assertEquals(List.of(), links());
  }

  /** Who has borrowed a site is told of changes of text, not of slots. */
  @Test
  void borrower_isToldOfTheTextAlone() {
    List<List<Patch>> told = new ArrayList<>();
    Borrower borrower = told::add;
    LongFunction<@Nullable Borrower> seventh = a -> a == group.address(7) ? borrower : null;
    var lending = new Patcher(allocator, seventh);
    lending.apply(all(group, tracer));
    lending.apply(all(group, tracer + 64));
    assertEquals(tracer + 64, called(group, 8).tracer());
    lending.apply(all(group, 0));
    lending.leave(List.of(group));

    assertEquals(3, told.size());
    HexFormat hex = HexFormat.of();
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    for (List<Patch> one : told) {
      assertEquals(group.address(7), one.getFirst().address());
      before.add(hex.formatHex(one.getFirst().before()));
      after.add(hex.formatHex(one.getFirst().after()));
    }
    String on = after.getFirst();
    String off = "c004" + on.substring(4);
    assertEquals("c0f4", on.substring(0, 4));
    assertEquals(List.of(READY, on, off), before);
    assertEquals(List.of(on, off, READY), after);
    assertEquals(READY, text(group, 7), "nothing else has changed it");
  }

  @Test
  void borrowersThatRefuse_stopAll() {
    patcher.apply(all(group, tracer));
    patcher.apply(List.of(new SiteTarget(group, 7, 0)));
    Borrower refuses =
        _ -> {
          throw new JitAllocException(Reason.WRONG_STATE, "by this test");
        };
    var lending = new Patcher(allocator, a -> a == group.address(7) ? refuses : null);
    List<String> texts = texts(group);
    assertThrows(JitAllocException.class, () -> lending.apply(all(group, tracer + 64)));
    assertEquals(texts, texts(group));
    assertEquals(tracer, called(group, 6).tracer());
    lending.apply(List.of(new SiteTarget(group, 6, tracer + 64)));
    assertEquals(tracer + 64, called(group, 6).tracer());
  }

  @Test
  void trampolinesAndSlots_areSideBySide() {
    patcher.apply(all(group, tracer));
    for (int i = 1; i < SITES; i++) {
      assertEquals(called(group, 0).slot() + 8L * i, called(group, i).slot());
      assertEquals(called(group, 0).trampoline() + 16L * i, called(group, i).trampoline());
    }
  }
}
