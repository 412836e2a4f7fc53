/** A small assembler for the instructions of z/Architecture that this bundle emits. */
@NullMarked
package org.jitalloc.arch.s390.asm;

import org.jspecify.annotations.NullMarked;
