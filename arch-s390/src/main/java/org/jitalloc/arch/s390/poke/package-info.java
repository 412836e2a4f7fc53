/**
 * Changes of live code: the order of writes, and the emulation of instructions for threads that
 * execute an illegal instruction.
 */
@NullMarked
package org.jitalloc.arch.s390.poke;

import org.jspecify.annotations.NullMarked;
