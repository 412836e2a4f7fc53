package org.jitalloc.modules.load;

/**
 * Changes a module after relocation, while nobody can see it and all of it can be written: sorted
 * tables, alternatives, static calls. Steps run in the order they were given.
 */
@FunctionalInterface
public interface PostRelocation {

  /**
   * Changes a module.
   *
   * @param candidate the file
   * @param staging the bytes that are going to be in memory, by section
   * @throws org.jitalloc.modules.ModuleException if it cannot be loaded
   */
  void finish(Candidate candidate, Staging staging);
}
