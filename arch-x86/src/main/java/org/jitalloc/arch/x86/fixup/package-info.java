/**
 * Reads the tables of x86-64 kernel modules besides relocations: code that depends on the
 * processor, and unwind tables. The formats are those of Linux 5.10 and later.
 */
@NullMarked
package org.jitalloc.arch.x86.fixup;

import org.jspecify.annotations.NullMarked;
