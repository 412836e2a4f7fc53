/**
 * The part of a BPF code generator that is the same for every architecture.
 *
 * <p><b>Writing a generator.</b> Everything that follows from the program alone is done here: which
 * registers are still read ({@link org.jitalloc.arch.support.bpf.Flow}), what a function uses
 * ({@link org.jitalloc.arch.support.bpf.FunctionUsage}), which accesses are to be tested, the order
 * of the code and what stands out of line ({@link org.jitalloc.arch.support.bpf.ProgramWriter}).
 * What is left are short runs of machine instructions, in interfaces that say what each has to do:
 * the parts of a {@link org.jitalloc.arch.support.bpf.Emitters}.
 *
 * <p><b>Registers.</b> A generator chooses a machine register for each of r0 to r10, one for the
 * {@link org.jitalloc.arch.bpf.BpfFrame}, and a few that are free between any two instructions. Two
 * of these have a meaning across the interfaces: the <em>failing address</em> and the <em>failing
 * instruction</em>, which are set right before a program ends by a failure.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.support.bpf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
