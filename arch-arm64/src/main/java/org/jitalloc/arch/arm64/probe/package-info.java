/**
 * Probes of arm64: the instructions that can be probed, and detours that execute them out of line.
 */
@NullMarked
package org.jitalloc.arch.arm64.probe;

import org.jspecify.annotations.NullMarked;
