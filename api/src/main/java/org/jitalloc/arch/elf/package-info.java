/**
 * Relocation of ELF objects, one service an architecture. The consumer reads files, places sections
 * and finds symbols; a codec only computes: how much room its tables need, and the bytes that a
 * relocation makes.
 *
 * <p><b>Order of use.</b> {@link org.jitalloc.arch.elf.ElfCodec#plan} before the sections have
 * addresses, for the tables are laid out with them; {@link
 * org.jitalloc.arch.elf.SlotPlan#relocator} when sections and symbols have addresses; {@link
 * org.jitalloc.arch.elf.Relocator#relocate} for each table of relocations.
 *
 * <p><b>Cost.</b> Relocations come by the million, so tables are read where the file is mapped and
 * nothing is made for a single one.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.elf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
