/** Probes of arm64: which instructions can be probed, and detours that do the same elsewhere. */
@NullMarked
package org.jitalloc.arch.arm64.probe;

import org.jspecify.annotations.NullMarked;
