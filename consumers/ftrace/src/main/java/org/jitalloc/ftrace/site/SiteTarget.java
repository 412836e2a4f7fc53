package org.jitalloc.ftrace.site;

/**
 * What a call site is to call.
 *
 * @param group the text that it is in
 * @param index its index in the text
 * @param to the address of the tracer; 0 for none
 * @param leaves whether the site is restored to its state before it called a tracer first
 */
public record SiteTarget(SiteGroup group, int index, long to, boolean leaves) {

  /** A site that stays registered. */
  public SiteTarget(SiteGroup group, int index, long to) {
    this(group, index, to, false);
  }

  /** A site that is restored. */
  static SiteTarget leaving(SiteGroup group, int index) {
    return new SiteTarget(group, index, 0, true);
  }

  boolean isReal() {
    return group.call(index) != to || leaves && group.isLinked(index);
  }

  /** {@return whether the site calls nothing now} */
  boolean enables() {
    return group.call(index) == 0;
  }

  void keep() {
    group.changed(this);
  }
}
