package org.jitalloc.core.host;

import java.util.Optional;
import java.util.ServiceLoader;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;

/** The architecture of the machine on which the tests run. */
public final class MachineArch {

  private MachineArch() {}

  /** {@return the architecture} */
  public static Arch get() {
    String machine = System.getProperty("os.arch");
    return ServiceLoader.load(Arch.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(arch -> arch.osArchNames().contains(machine))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no architecture bundle for " + machine));
  }

  /** {@return the poke strategy of this architecture; empty if it has none} */
  public static Optional<TextPoke> textPoke() {
    return ServiceLoader.load(TextPoke.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(strategy -> strategy.arch().equals(get().name()))
        .findFirst();
  }
}
