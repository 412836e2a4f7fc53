/**
 * A small assembler for the x86-64 instructions that this bundle emits: no parser, no directives,
 * labels with relaxation.
 */
@NullMarked
package org.jitalloc.arch.x86.asm;

import org.jspecify.annotations.NullMarked;
