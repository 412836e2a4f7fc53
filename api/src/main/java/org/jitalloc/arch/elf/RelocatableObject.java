package org.jitalloc.arch.elf;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The content of an ELF relocatable object that a codec needs. Its provider has checked it: indexes
 * of sections are valid, and tables consist of complete entries. For one thread.
 */
@ConsumerType
public interface RelocatableObject {

  /** {@return the number of sections, with the null section of index 0} */
  int sectionCount();

  /**
   * Returns the name of a section.
   *
   * @param section its index
   * @return its name
   */
  String sectionName(int section);

  /**
   * Tests whether a section contains instructions (SHF_EXECINSTR).
   *
   * @param section its index
   * @return whether it does
   */
  boolean isCode(int section);

  /**
   * Tests whether a section is freed when the object is initialised.
   *
   * @param section its index
   * @return whether it is
   */
  boolean isInit(int section);

  /** {@return the number of symbols, with the null symbol of index 0} */
  int symbolCount();

  /**
   * Returns the section that defines a symbol.
   *
   * @param symbol its index, less than {@link #symbolCount}
   * @return the index of the section; {@code SHN_UNDEF}, which is 0, or another special value
   *     ({@code st_shndx}) if no section defines it
   */
  int symbolSection(int symbol);

  /**
   * Returns the name of a symbol.
   *
   * @param symbol its index, less than {@link #symbolCount}
   * @return its name; empty if it has none
   */
  String symbolName(int symbol);

  /** {@return the number of relocation tables of sections that are loaded} */
  int relocationTableCount();

  /**
   * Returns the section to which a relocation table applies.
   *
   * @param table the index of the table, from 0
   * @return the index of the section
   */
  int relocatedSection(int table);

  /**
   * Returns a relocation table.
   *
   * @param table the index of the table, from 0
   * @return the {@code Elf64_Rela} entries from index 0 to the limit, in the byte order of the
   *     codec; to be read by index only
   */
  ByteBuffer relocations(int table);
}
