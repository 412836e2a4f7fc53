/**
 * Changing running code: what to write in which order, and how a thread is carried over a
 * breakpoint meanwhile.
 */
@NullMarked
package org.jitalloc.arch.x86.poke;

import org.jspecify.annotations.NullMarked;
