/** Relocation of arm64 objects by the psABI (AAELF64). */
@NullMarked
package org.jitalloc.arch.arm64.elf;

import org.jspecify.annotations.NullMarked;
