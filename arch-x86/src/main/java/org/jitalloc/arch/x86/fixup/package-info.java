/**
 * What the tables of an x86-64 kernel module list besides relocations: code that is made to fit a
 * processor, and how its stack is unwound. The formats are those of Linux 5.10 and later.
 */
@NullMarked
package org.jitalloc.arch.x86.fixup;

import org.jspecify.annotations.NullMarked;
