/**
 * Changing running code: which words may replace each other at once, what goes over a breakpoint,
 * and how a thread is carried over it.
 */
@NullMarked
package org.jitalloc.arch.arm64.poke;

import org.jspecify.annotations.NullMarked;
