package org.jitalloc.core.ds;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.s390.S390Arch;
import org.jitalloc.core.host.MachineArch;
import org.jitalloc.core.policy.Constraints;
import org.jitalloc.core.policy.Limits;
import org.jitalloc.core.policy.RequestSelector;
import org.jitalloc.core.policy.Rule;
import org.jitalloc.core.policy.RuleReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/** Which targets there are, by what a framework would give, in the order it would. */
class TargetsTest {

  private record Defaults() implements Targets.Config {
    @Override
    public Class<? extends Annotation> annotationType() {
      return Targets.Config.class;
    }

    @Override
    public String memoryMode() {
      return "";
    }

    @Override
    public String protectAlias() {
      return "";
    }

    @Override
    public String protectSeal() {
      return "";
    }

    @Override
    public String protectGuards() {
      return "";
    }

    @Override
    public String leaksSample() {
      return "";
    }

    @Override
    public String leaksReclaim() {
      return "";
    }
  }

  /** The factories of the services that are registered, by the name of the target. */
  private final TreeMap<String, ServiceFactory<JitAllocator>> services = new TreeMap<>();

  private Runnable listener = () -> {};
  private final Rules rules = new Rules();
  private final Targets targets = newTargets();

  /** An architecture that no machine here is, so that there is no host. */
  private final Arch arm64 = new Arm64Arch();

  @AfterEach
  void stop() {
    targets.stop();
    assertEquals(List.of(), names(), "services that stay");
  }

  private Targets newTargets() {
    return newTargets(Map.of());
  }

  private Targets newTargets(Map<String, Object> properties) {
    return new Targets(
        answer(BundleContext.class, this::register), new Defaults(), properties, rules);
  }

  private interface Answer {
    Object to(String method, Object[] arguments);
  }

  private static <T> T answer(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            TargetsTest.class.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> answer.to(method.getName(), arguments)));
  }

  @SuppressWarnings("unchecked")
  private ServiceRegistration<?> register(String method, Object[] arguments) {
    assertEquals("registerService", method);
    String name = String.valueOf(((Dictionary<String, Object>) arguments[2]).get("jit.target"));
    assertEquals(null, services.put(name, (ServiceFactory<JitAllocator>) arguments[1]));
    listener.run();
    return answer(ServiceRegistration.class, (_, _) -> services.remove(name) == null);
  }

  private List<String> names() {
    return services.keySet().stream().filter(name -> !name.equals("host")).toList();
  }

  private JitAllocator allocator(String target, String bundle) {
    Bundle using = answer(Bundle.class, (_, _) -> bundle);
    return services.get(target).getService(using, null);
  }

  private static ImageSpec image(String name, String arch) {
    return new ImageSpec(name, arch, false, 0);
  }

  @Test
  void addImage_withTheNameOfAnyStandardImage_isRefused() {
    targets.addArch(new S390Arch());
    assertThrows(
        IllegalArgumentException.class, () -> targets.addImage(image("image-arm64", "s390x")));
    targets.addArch(arm64);
    assertEquals(List.of("image-arm64", "image-s390x"), names());
    targets.addImage(image("mine", "arm64"));
    assertThrows(IllegalArgumentException.class, () -> targets.addImage(image("mine", "s390x")));
    assertEquals(List.of("image-arm64", "image-s390x", "mine"), names());
    targets.removeArch(arm64);
    assertEquals(List.of("image-s390x"), names());
  }

  @Test
  void secondArchOfAName_isServedWhenTheFirstGoes() {
    Arch second = new Arm64Arch();
    targets.addArch(arm64);
    targets.addArch(second);
    JitAllocator first = allocator("image-arm64", "com.acme");
    targets.removeArch(arm64);
    assertEquals(List.of("image-arm64"), names());
    assertThrows(JitAllocException.class, () -> first.allocate(ModMemType.TEXT, 1));
    allocator("image-arm64", "com.acme").allocate(ModMemType.TEXT, 1).close();
    targets.removeArch(second);
    assertEquals(List.of(), names());
  }

  @Test
  void rules_holdFromTheFirstMoment_ofTargetsThatRestart() {
    targets.addArch(arm64);
    Constraints nothing = Constraints.parse(false, List.of(), List.of(), List.of(), false);
    rules.put("pid", new Rule("shut", RequestSelector.ALL, nothing, Limits.NONE));
    targets.stop();
    Targets again = newTargets();
    again.addArch(arm64);
    JitAllocator allocator = allocator("image-arm64", "com.acme");
    var denied =
        assertThrows(JitAllocException.class, () -> allocator.allocate(ModMemType.TEXT, 1));
    assertTrue(denied.getMessage().contains("rule=shut"), denied.getMessage());
    rules.remove("pid");
    allocator.allocate(ModMemType.TEXT, 1).close();
    again.stop();
  }

  /** Who hears of a target may wait for others that make targets and take them away. */
  @Test
  void listenerThatWaitsForWhoChangesTargets_isNotKeptWaiting() {
    ImageSpec gone = image("gone", "arm64");
    var rest =
        new FutureTask<>(
            () -> {
              targets.addImage(gone);
              targets.addImage(image("mine", "arm64"));
              targets.addImage(image("other", "s390x"));
              targets.addArch(new S390Arch());
              targets.removeImage(gone);
              targets.removeArch(arm64);
              return true;
            });
    listener =
        () -> {
          listener = () -> {};
          Thread.ofPlatform().daemon().start(rest);
          assertDoesNotThrow(() -> rest.get(30, TimeUnit.SECONDS));
        };
    targets.addArch(arm64);
    assertEquals(List.of("image-s390x", "other"), names());
    targets.addArch(arm64);
    assertEquals(List.of("image-arm64", "image-s390x", "mine", "other"), names());
  }

  @Test
  void host_withKnownKeysAndThoseOfTheFramework_isServed() {
    Targets host = newTargets(Map.of("memoryMode", "", "service.pid", "org.jitalloc.core"));
    host.addArch(MachineArch.get());
    assertTrue(services.containsKey("host"));
    host.stop();
  }

  @Test
  void host_withAnUnknownKey_isNotServed_andImagesAre() {
    Targets wrong = newTargets(Map.of("memoryMod", "memfd"));
    wrong.addArch(MachineArch.get());
    assertEquals(Set.of("image-" + MachineArch.get().name()), services.keySet(), "what is served");
    wrong.stop();
  }

  @Test
  void host_withAnUnknownSystemProperty_isNotServed() {
    System.setProperty("jitalloc.memory.mod", "memfd");
    try {
      Targets wrong = newTargets();
      wrong.addArch(MachineArch.get());
      assertFalse(services.containsKey("host"));
      wrong.stop();
    } finally {
      System.clearProperty("jitalloc.memory.mod");
    }
  }

  @Test
  void configuredKeys_areThoseOfTheDescription() {
    assertEquals(methods(Targets.Config.class), Targets.KEYS);
    assertEquals(methods(ConfiguredImage.Config.class), ConfiguredImage.KEYS);
    assertEquals(methods(ConfiguredRule.Config.class), RuleReader.KEYS);
  }

  private static Set<String> methods(Class<?> description) {
    return Arrays.stream(description.getDeclaredMethods())
        .map(Method::getName)
        .collect(Collectors.toSet());
  }

  @Test
  void changeThatFails_doesNotKeepOthers() {
    listener =
        () -> {
          listener = () -> {};
          targets.addImage(image("mine", "arm64"));
          throw new IllegalStateException("on purpose");
        };
    assertThrows(IllegalStateException.class, () -> targets.addArch(arm64));
    services.remove("image-arm64"); // That a framework would not have either.
    assertEquals(List.of("mine"), names());
  }
}
