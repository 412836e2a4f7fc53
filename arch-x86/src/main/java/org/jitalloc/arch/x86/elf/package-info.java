/** Relocation of x86-64 objects (System V ABI, AMD64 supplement). */
@NullMarked
package org.jitalloc.arch.x86.elf;

import org.jspecify.annotations.NullMarked;
