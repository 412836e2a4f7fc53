/**
 * Where running code can be traced and probed: the calls that compilers leave room for at the start
 * of functions, and any instruction. One service of each kind an architecture, with the property
 * {@code jit.arch}.
 *
 * <p>Everything is data: a codec says which bytes belong where, before and after. Who traces reads
 * and compares, makes all instructions of a batch change by {@link org.jitalloc.TextPoker}, and
 * names the function and both byte strings where something else stands.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.trace;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
