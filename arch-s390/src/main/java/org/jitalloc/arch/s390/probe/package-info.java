/**
 * Probes of s390x: the instructions that can be probed, and detours that execute them out of line.
 */
@NullMarked
package org.jitalloc.arch.s390.probe;

import org.jspecify.annotations.NullMarked;
