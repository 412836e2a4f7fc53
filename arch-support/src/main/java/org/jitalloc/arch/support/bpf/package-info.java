/**
 * The part of a BPF code generator that is the same for every architecture.
 *
 * <p><b>Writing a generator.</b> This package does everything that depends only on the program:
 * liveness ({@link org.jitalloc.arch.support.bpf.Flow}), the use of registers by functions ({@link
 * org.jitalloc.arch.support.bpf.FunctionUsage}), the accesses to check, the order of the code and
 * out-of-line code ({@link org.jitalloc.arch.support.bpf.ProgramWriter}). A generator implements
 * short sequences of machine instructions: the interfaces in {@link
 * org.jitalloc.arch.support.bpf.Emitters}.
 *
 * <p><b>Registers.</b> A generator chooses a machine register for each of r0 to r10, one for the
 * {@link org.jitalloc.arch.bpf.BpfFrame}, and a few scratch registers. Two of these have a meaning
 * across the interfaces: the <em>failing address</em> and the <em>failing instruction</em>, which
 * are set just before a program ends by a failure.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.support.bpf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
