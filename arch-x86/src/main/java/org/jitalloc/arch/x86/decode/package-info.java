/**
 * Decodes x86-64 machine code: the length and the parts of instructions, their control transfer,
 * and their relocation to another address. It knows encodings, not the results of instructions. All
 * code reads and writes only its array arguments.
 */
@NullMarked
package org.jitalloc.arch.x86.decode;

import org.jspecify.annotations.NullMarked;
