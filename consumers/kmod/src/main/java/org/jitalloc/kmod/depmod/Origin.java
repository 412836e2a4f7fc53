package org.jitalloc.kmod.depmod;

/** Whether something can be in a module, and where it is. */
public sealed interface Origin {
  /**
   * It is in a module.
   *
   * @param module its name
   * @param path of its file
   */
  record InModule(String module, String path) implements Origin {}

  /**
   * It is in the kernel, but would be in a module had the kernel been configured so.
   *
   * @param path the module's file, had it one
   */
  record BuiltIn(String path) implements Origin {}

  /** No module of this folder has it, and no part of the kernel that could have been one. */
  record Unknown() implements Origin {}
}
