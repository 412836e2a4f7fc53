package org.jitalloc.modules.stats;

/** How far a load had come when a module of the same name was found. */
public enum DuplicateStage {
  /** Before memory of its own was allocated: the file had been read, no more. */
  BECOMING,
  /** After its memory was allocated and filled, which is what early checking is there to avoid. */
  LOAD
}
