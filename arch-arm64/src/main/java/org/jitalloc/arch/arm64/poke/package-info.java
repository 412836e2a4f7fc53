/**
 * Changes of live code: the words that may be replaced by one store, changes by a breakpoint, and
 * the emulation of instructions for threads that execute it.
 */
@NullMarked
package org.jitalloc.arch.arm64.poke;

import org.jspecify.annotations.NullMarked;
