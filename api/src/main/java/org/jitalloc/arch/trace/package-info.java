/**
 * Tracing and probing of live code: the call sites that compilers emit at the start of functions,
 * and probes at any instruction. There is one service of each kind for each architecture, with the
 * property {@code jit.arch}.
 *
 * <p>All results are data: addresses with bytes before and after a change. The tracer compares the
 * present bytes, changes all instructions of a batch by {@link org.jitalloc.TextPoker}, and reports
 * the function, the expected and the present bytes if they differ.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.trace;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
