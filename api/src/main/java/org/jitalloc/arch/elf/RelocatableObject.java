package org.jitalloc.arch.elf;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An ELF object as its file has it, as far as a codec needs it. Whoever gives it has checked it:
 * indexes of sections are of sections that exist, tables hold whole entries.
 */
@ConsumerType
public interface RelocatableObject {

  /** {@return how many sections there are, the empty one with index 0 among them} */
  int sectionCount();

  /**
   * Gives a section's name.
   *
   * @param section its index
   * @return its name
   */
  String sectionName(int section);

  /**
   * Tells whether a section holds instructions.
   *
   * @param section its index
   * @return whether it does
   */
  boolean isCode(int section);

  /**
   * Tells whether a section is needed only until the object is initialised.
   *
   * @param section its index
   * @return whether it is
   */
  boolean isInit(int section);

  /** {@return how many symbols there are, the empty one with index 0 among them} */
  int symbolCount();

  /**
   * Gives the section that a symbol is defined in.
   *
   * @param symbol its index, less than {@link #symbolCount}
   * @return the index of the section; {@code SHN_UNDEF}, which is 0, or another special value if
   *     there is none
   */
  int symbolSection(int symbol);

  /**
   * Gives a symbol's name.
   *
   * @param symbol its index, less than {@link #symbolCount}
   * @return its name; empty if it has none
   */
  String symbolName(int symbol);

  /** {@return how many tables of relocations there are for sections that are loaded} */
  int relocationTableCount();

  /**
   * Gives the section that a table of relocations is for.
   *
   * @param table the table's number, from 0
   * @return the section's index
   */
  int relocatedSection(int table);

  /**
   * Gives a table of relocations.
   *
   * @param table the table's number, from 0
   * @return the {@code Elf64_Rela} entries from index 0 to the limit, in the codec's byte order; to
   *     be read by index only
   */
  ByteBuffer relocations(int table);
}
