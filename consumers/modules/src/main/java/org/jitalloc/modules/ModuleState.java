package org.jitalloc.modules;

/** Where a module is in its lifecycle. The text is the one of {@code /proc/modules}. */
public enum ModuleState {
  /** In use. */
  LIVE("Live"),
  /** Formed: others see it, and its init function runs or is about to. */
  COMING("Loading"),
  /** Its exit function runs, or its init function failed. */
  GOING("Unloading"),
  /** Its name is taken and nothing else can be seen of it: being put together, or taken apart. */
  UNFORMED("Unformed");

  private final String text;

  ModuleState(String text) {
    this.text = text;
  }

  /**
   * What listings print.
   *
   * @return one word
   */
  public String text() {
    return text;
  }

  /**
   * Whether loading ended, well or not.
   *
   * @return whether those that wait for the module have an answer
   */
  public boolean isSettled() {
    return this == LIVE || this == GOING;
  }
}
