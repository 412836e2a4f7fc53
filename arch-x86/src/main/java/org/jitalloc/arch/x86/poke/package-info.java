/**
 * Changes of live code: the order of writes, and the emulation of instructions for threads that
 * execute a breakpoint.
 */
@NullMarked
package org.jitalloc.arch.x86.poke;

import org.jspecify.annotations.NullMarked;
