/** Relocation of arm64 objects, as the psABI (AAELF64) has it. */
@NullMarked
package org.jitalloc.arch.arm64.elf;

import org.jspecify.annotations.NullMarked;
