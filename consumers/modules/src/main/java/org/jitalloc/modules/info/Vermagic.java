package org.jitalloc.modules.info;

import java.util.List;

/** Whether a module was made for a kernel: a release, and the options that change structures. */
public final class Vermagic {
  private Vermagic() {}

  /**
   * Compares.
   *
   * @param module what the module has, as {@code 6.1.0-50-amd64 SMP preempt mod_unload modversions}
   * @param kernel what the kernel has
   * @param hasVersions whether the module brings versions of the symbols it uses: then these tell
   *     whether the release fits, and only the options are compared
   * @return whether they fit
   */
  public static boolean fits(String module, String kernel, boolean hasVersions) {
    return hasVersions ? options(module).equals(options(kernel)) : module.equals(kernel);
  }

  /**
   * Tells whether a kernel compares versions of symbols.
   *
   * @param vermagic what the kernel has
   * @return whether {@code modversions} is among its options; if not, the whole vermagic has to fit
   */
  public static boolean hasVersions(String vermagic) {
    return List.of(vermagic.split(" ")).contains("modversions");
  }

  private static String options(String vermagic) {
    int space = vermagic.indexOf(' ');
    return space < 0 ? "" : vermagic.substring(space);
  }
}
