package org.jitalloc.kmod.autoload;

import java.util.List;
import java.util.Map;

/**
 * One run of the helper.
 *
 * @param helper the path of what is run
 * @param name the module that is wanted, or an alias
 */
public record ModprobeCall(String helper, String name) {

  /**
   * The words it is run with. The name comes after {@code --}, so that it can be no option.
   *
   * @return the path and its arguments
   */
  public List<String> command() {
    return List.of(helper, "-q", "--", name);
  }

  /**
   * The environment it is run with.
   *
   * @return all variables
   */
  public Map<String, String> environment() {
    return Map.of("HOME", "/", "TERM", "linux", "PATH", "/sbin:/usr/sbin:/bin:/usr/bin");
  }
}
