package org.jitalloc.modules.load;

import org.jitalloc.modules.taint.Taints;

/**
 * Looks at a file before its module gets memory: version, licence, signature. Checks run in the
 * order they were given, the first that refuses ends the load.
 */
@FunctionalInterface
public interface EarlyCheck {

  /**
   * Checks a file.
   *
   * @param candidate the file
   * @return what the module brings by what was found
   * @throws org.jitalloc.modules.ModuleException if it is refused
   */
  Taints check(Candidate candidate);
}
