package org.jitalloc.core.memory;

/** Who allocates from a target. When they go, so does what they hold. */
final class Owner {

  private final String name;
  private volatile boolean gone;

  Owner(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /**
   * Says that nothing is to be allocated for them any more. {@return false if that was said before}
   */
  synchronized boolean leave() {
    boolean first = !gone;
    gone = true;
    return first;
  }

  boolean isGone() {
    return gone;
  }
}
