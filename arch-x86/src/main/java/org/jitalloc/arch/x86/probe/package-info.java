/** Probes of x86-64: which instructions can be probed, and detours that do the same elsewhere. */
@NullMarked
package org.jitalloc.arch.x86.probe;

import org.jspecify.annotations.NullMarked;
