/**
 * Probes of x86-64: the instructions that can be probed, and detours that execute them out of line.
 */
@NullMarked
package org.jitalloc.arch.x86.probe;

import org.jspecify.annotations.NullMarked;
