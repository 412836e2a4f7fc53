/** Relocation of s390x objects, as the ELF ABI supplement has it. */
@NullMarked
package org.jitalloc.arch.s390.elf;

import org.jspecify.annotations.NullMarked;
