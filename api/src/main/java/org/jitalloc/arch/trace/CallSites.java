package org.jitalloc.arch.trace;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** The forms of call sites of an architecture. A service with the property {@code jit.arch}. */
@ConsumerType
public interface CallSites {

  /** {@return the name of the architecture} */
  String arch();

  /**
   * {@return its forms; the first needs nothing but the site, those that need trampolines come
   * behind it}
   */
  List<CallSiteForm> forms();
}
