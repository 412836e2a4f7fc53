package org.jitalloc.modules.access;

import java.util.Optional;
import java.util.Set;
import org.jitalloc.modules.taint.Taint;
import org.jitalloc.modules.taint.Taints;

/**
 * A module's licence tag, judged.
 *
 * @param tag as it is written; {@code unspecified} if there is none
 * @param isGplCompatible whether the module may use what is exported for GPL code only
 * @param moduleTaints what it brings to the module
 * @param kernelTaints what it brings to the kernel
 */
public record Licence(
    String tag, boolean isGplCompatible, Taints moduleTaints, Taints kernelTaints) {

  private static final Set<String> GPL_COMPATIBLE =
      Set.of(
          "GPL",
          "GPL v2",
          "GPL and additional rights",
          "Dual BSD/GPL",
          "Dual MIT/GPL",
          "Dual MPL/GPL");

  /** Modules that call themselves GPL and are glue for what is not. */
  private static final Set<String> OFFENDERS = Set.of("driverloader", "lve");

  /** A module that loads Windows drivers: it is GPL, but what it loads is not. */
  private static final String KERNEL_OFFENDER = "ndiswrapper";

  /**
   * Judges. Tags are compared letter by letter.
   *
   * @param tag what the module has
   * @param module its name
   * @return the verdict
   */
  public static Licence judge(Optional<String> tag, String module) {
    Taints proprietary = Taints.NONE.with(Taint.PROPRIETARY);
    String text = tag.orElse("unspecified");
    boolean isCompatible = GPL_COMPATIBLE.contains(text) && !OFFENDERS.contains(module);
    Taints own = isCompatible ? Taints.NONE : proprietary;
    return new Licence(text, isCompatible, own, module.equals(KERNEL_OFFENDER) ? proprietary : own);
  }
}
