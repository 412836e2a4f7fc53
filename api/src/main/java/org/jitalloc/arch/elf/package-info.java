/**
 * Relocation of ELF objects. There is one service of each kind for each architecture. The consumer
 * reads files, places sections and resolves symbols; a codec only computes the sizes of its tables
 * and the bytes of relocated fields.
 *
 * <p><b>Order of use.</b> {@link org.jitalloc.arch.elf.ElfCodec#plan} before the sections have
 * addresses, because the tables are laid out with the sections; {@link
 * org.jitalloc.arch.elf.SlotPlan#relocator} when sections and symbols have addresses; {@link
 * org.jitalloc.arch.elf.Relocator#relocate} for each relocation table.
 *
 * <p><b>Cost.</b> A kernel has millions of relocations. Tables are read in place, and no object is
 * created for a relocation.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.elf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
