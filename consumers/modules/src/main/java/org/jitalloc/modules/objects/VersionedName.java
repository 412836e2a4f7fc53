package org.jitalloc.modules.objects;

/** Names of symbols with a version: {@code name@VERSION}, {@code name@@DEFAULT}. */
final class VersionedName {
  private VersionedName() {}

  /** The name that finds a symbol: without its version if that is the default one. */
  static String plain(String name) {
    int at = name.indexOf('@');
    return at > 0 && name.startsWith("@@", at) ? name.substring(0, at) : name;
  }

  /** The name without any version. */
  static String base(String name) {
    int at = name.indexOf('@');
    return at > 0 ? name.substring(0, at) : name;
  }
}
