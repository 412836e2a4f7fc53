package org.jitalloc.ftrace.site;

/**
 * What is to become of a call site.
 *
 * @param group the text that it is in
 * @param index its place in there
 * @param to what it is to call; 0 for nothing
 * @param leaves whether it is to be as it was before it called something first
 */
public record Change(SiteGroup group, int index, long to, boolean leaves) {

  /** A site that stays known. */
  public Change(SiteGroup group, int index, long to) {
    this(group, index, to, false);
  }

  /** A site that is to be as it was in the beginning. */
  static Change leaving(SiteGroup group, int index) {
    return new Change(group, index, 0, true);
  }

  boolean isReal() {
    return group.call(index) != to || leaves && group.isLinked(index);
  }

  /** Whether nothing is called yet. */
  boolean enables() {
    return group.call(index) == 0;
  }

  void keep() {
    group.changed(this);
  }
}
