package org.jitalloc.arch.tck;

/** The properties of an architecture for {@link FetchModel}. */
interface FetchRules {

  /** {@return the alignment of instructions in bytes} */
  int unitBytes();

  /** {@return the number of aligned bytes that are fetched atomically} */
  int fetchBytes();

  /** As {@link TextPokeTck#instructionBytes}. */
  int instructionBytes(byte[] unit, int siteBytes);

  /** As {@link TextPokeTck#traps}. */
  boolean traps(byte[] unit);

  /** As {@link TextPokeTck#replaceableAtOnce}. */
  boolean replaceableAtOnce(byte[] before, byte[] after);
}
