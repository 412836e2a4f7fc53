/**
 * Changing running code: what to write in which order, and how a thread is carried over an illegal
 * instruction meanwhile.
 */
@NullMarked
package org.jitalloc.arch.s390.poke;

import org.jspecify.annotations.NullMarked;
