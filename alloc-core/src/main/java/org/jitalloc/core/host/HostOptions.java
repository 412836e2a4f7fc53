package org.jitalloc.core.host;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/**
 * The memory mode of the host and the protections in addition to W^X (no page is writable and
 * executable at the same address).
 *
 * @param mode the name of a memory mode, or {@code auto}
 * @param alias the protection of the writable alias of executable pages between writes
 * @param seal whether executable pages are sealed (mseal(2)). Until the process ends no thread can
 *     change their permissions, unmap them or replace them
 * @param guards whether there are inaccessible addresses on both sides of each slab
 */
public record HostOptions(String mode, AliasProtection alias, boolean seal, boolean guards) {

  /** The name of the setting for {@link #mode()}. */
  public static final String MODE = "jitalloc.memory.mode";

  /** The name of the setting for {@link #alias()}: auto, none, pkeys or mprotect. */
  public static final String ALIAS = AliasProtection.SETTING;

  /** The name of the setting for {@link #seal()}: true or false. */
  public static final String SEAL = "jitalloc.protect.seal";

  /** The name of the setting for {@link #guards()}: true or false. */
  public static final String GUARDS = "jitalloc.protect.guards";

  /** The names of all settings of this record. */
  public static final List<String> NAMES = List.of(MODE, ALIAS, SEAL, GUARDS);

  /** {@return the names of the memory modes, best first} */
  public static List<String> modes() {
    return Arrays.stream(HostMode.values()).map(HostMode::label).toList();
  }

  /**
   * Returns a memory mode with the default protections.
   *
   * @param mode the name of a memory mode, or {@code auto}
   * @return the options
   */
  public static HostOptions of(String mode) {
    return new HostOptions(mode, AliasProtection.AUTO, false, false);
  }

  /**
   * Reads the options.
   *
   * @param settings returns the value of a setting by its name, empty if it is not set
   * @return the options
   * @throws JitAllocException INVALID_REQUEST if the value of a protection setting is invalid. The
   *     mode is checked when the address space is opened
   */
  public static HostOptions read(UnaryOperator<String> settings) {
    String mode = settings.apply(MODE);
    return new HostOptions(
        mode.isEmpty() ? HostMode.AUTO : mode,
        alias(settings.apply(ALIAS)),
        flag(SEAL, settings.apply(SEAL)),
        flag(GUARDS, settings.apply(GUARDS)));
  }

  private static AliasProtection alias(String value) {
    if (value.isEmpty()) {
      return AliasProtection.AUTO;
    }
    return Arrays.stream(AliasProtection.values())
        .filter(alias -> alias.label().equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                invalid(
                    ALIAS,
                    value,
                    Arrays.stream(AliasProtection.values())
                        .map(AliasProtection::label)
                        .collect(Collectors.joining(", "))));
  }

  private static boolean flag(String name, String value) {
    return switch (value) {
      case "true" -> true;
      case "", "false" -> false;
      default -> throw invalid(name, value, "true, false");
    };
  }

  private static JitAllocException invalid(String name, String value, String values) {
    return new JitAllocException(
        Reason.INVALID_REQUEST, "%s=%s; expected one of %s".formatted(name, value, values));
  }
}
