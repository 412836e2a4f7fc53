package org.jitalloc.kmod.depmod;

/** Where the code of a symbol or a module is. */
public sealed interface Origin {
  /**
   * In a module.
   *
   * @param module the name of the module
   * @param path the path of its file
   */
  record InModule(String module, String path) implements Origin {}

  /**
   * In the kernel, in a part that another configuration builds as a module.
   *
   * @param path the path that the file of the module would have
   */
  record BuiltIn(String path) implements Origin {}

  /** Neither in a module of the folder, nor in a part of the kernel that could be a module. */
  record Unknown() implements Origin {}
}
