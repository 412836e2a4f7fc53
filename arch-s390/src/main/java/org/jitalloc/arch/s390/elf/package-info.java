/** Relocation of s390x objects by the ELF ABI supplement. */
@NullMarked
package org.jitalloc.arch.s390.elf;

import org.jspecify.annotations.NullMarked;
