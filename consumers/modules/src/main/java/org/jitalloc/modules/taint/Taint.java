package org.jitalloc.modules.taint;

/** One reason not to trust a kernel. The ordinal is the number of its bit. */
public enum Taint {
  /** A module's licence is not compatible with the GPL. */
  PROPRIETARY('P', 'G', "a proprietary module was loaded"),
  /** A module was loaded although its version does not fit. */
  FORCED_LOAD('F', ' ', "a module was loaded by force"),
  /** The processor is out of its specification. */
  OUT_OF_SPEC('S', ' ', "the system is outside of its specification"),
  /** A module was unloaded although it was in use. */
  FORCED_UNLOAD('R', ' ', "a module was unloaded by force"),
  /** The machine reported an error. */
  MACHINE_CHECK('M', ' ', "a processor reported a machine check"),
  /** A page is not as it should be. */
  BAD_PAGE('B', ' ', "a page had unexpected contents or flags"),
  /** A user asked for it. */
  USER('U', ' ', "a user asked for this taint"),
  /** The kernel died, more or less. */
  DIED('D', ' ', "the kernel died before: there was an oops or BUG"),
  /** An ACPI table was replaced. */
  OVERRIDDEN_ACPI('A', ' ', "a user replaced an ACPI table"),
  /** There was a warning. */
  WARNING('W', ' ', "the kernel warned"),
  /** A module of poor quality was loaded. */
  STAGING('C', ' ', "a staging driver was loaded"),
  /** There is a way around an error of the firmware. */
  FIRMWARE_WORKAROUND('I', ' ', "a workaround for faulty firmware is active"),
  /** A module that is not part of the kernel was loaded. */
  OUT_OF_TREE('O', ' ', "a module from outside of the tree was loaded"),
  /** A module without a trusted signature was loaded. */
  UNSIGNED('E', ' ', "a module without trusted signature was loaded"),
  /** Something ran for too long. */
  SOFT_LOCKUP('L', ' ', "there was a soft lockup"),
  /** A livepatch was loaded. */
  LIVEPATCH('K', ' ', "the kernel was patched live"),
  /** What a distribution says it means. */
  AUXILIARY('X', ' ', "auxiliary, for distributions"),
  /** Structures are laid out at random. */
  RANDOM_STRUCTURES('T', ' ', "structures are laid out at random"),
  /** A test was loaded. */
  TEST('N', ' ', "a test ran in the kernel"),
  /** Firmware was changed while it ran. */
  FIRMWARE_CONTROL('J', ' ', "firmware was changed through fwctl");

  private final char letter;
  private final char clearLetter;
  private final String meaning;

  Taint(char letter, char clearLetter, String meaning) {
    this.letter = letter;
    this.clearLetter = clearLetter;
    this.meaning = meaning;
  }

  /**
   * What listings print.
   *
   * @return the letter
   */
  public char letter() {
    return letter;
  }

  /**
   * What the kernel's own list prints where it is not set.
   *
   * @return a letter or a blank
   */
  public char clearLetter() {
    return clearLetter;
  }

  /**
   * For people.
   *
   * @return a few words
   */
  public String meaning() {
    return meaning;
  }

  /**
   * The bit in {@code /proc/sys/kernel/tainted}.
   *
   * @return one bit
   */
  public long bit() {
    return 1L << ordinal();
  }
}
