package org.jitalloc.kmod.autoload;

import java.util.List;
import java.util.Map;

/**
 * A call of the helper, as the kernel's {@code call_modprobe}.
 *
 * @param helper the path of the program
 * @param name the name of the module, or an alias
 */
public record ModprobeCall(String helper, String name) {

  /**
   * Returns the command line. The name follows {@code --}, so that it is not taken for an option.
   *
   * @return the path and its arguments
   */
  public List<String> command() {
    return List.of(helper, "-q", "--", name);
  }

  /**
   * Returns the environment.
   *
   * @return all variables
   */
  public Map<String, String> environment() {
    return Map.of("HOME", "/", "TERM", "linux", "PATH", "/sbin:/usr/sbin:/bin:/usr/bin");
  }
}
