package org.jitalloc.modules.objects;

import org.jitalloc.modules.ModuleException;

/** Says which object an error is about. */
final class Named {
  private Named() {}

  /** The same error, with the name of the object in front. */
  static ModuleException with(String object, ModuleException failure) {
    String problem = String.valueOf(failure.getMessage());
    String reason = failure.reason() + ": ";
    String bare = problem.startsWith(reason) ? problem.substring(reason.length()) : problem;
    String message = object + ": " + bare;
    return new ModuleException(failure.reason(), message, failure);
  }
}
