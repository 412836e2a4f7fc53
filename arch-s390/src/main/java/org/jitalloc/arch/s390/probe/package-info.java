/** Probes of s390x: which instructions can be probed, and detours that do the same elsewhere. */
@NullMarked
package org.jitalloc.arch.s390.probe;

import org.jspecify.annotations.NullMarked;
