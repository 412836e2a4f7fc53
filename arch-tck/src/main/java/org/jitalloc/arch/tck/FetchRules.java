package org.jitalloc.arch.tck;

/** What {@link FetchModel} has to know of an architecture. */
interface FetchRules {

  /** {@return what instructions are aligned to, in bytes} */
  int unitBytes();

  /** {@return how many aligned bytes are fetched as a whole} */
  int fetchBytes();

  /** As {@link TextPokeTck#instructionBytes}. */
  int instructionBytes(byte[] unit, int siteBytes);

  /** As {@link TextPokeTck#traps}. */
  boolean traps(byte[] unit);

  /** As {@link TextPokeTck#replaceableAtOnce}. */
  boolean replaceableAtOnce(byte[] before, byte[] after);
}
