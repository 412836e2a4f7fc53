/**
 * A small assembler for the A64 instructions that this bundle emits: no parser, no directives,
 * labels with relaxation.
 */
@NullMarked
package org.jitalloc.arch.arm64.asm;

import org.jspecify.annotations.NullMarked;
