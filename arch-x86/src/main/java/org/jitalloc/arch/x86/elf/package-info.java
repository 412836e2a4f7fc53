/** Relocation of x86-64 objects, as the psABI has it. */
@NullMarked
package org.jitalloc.arch.x86.elf;

import org.jspecify.annotations.NullMarked;
