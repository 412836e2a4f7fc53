/**
 * The tests that every architecture passes. Whoever writes one extends the abstract classes of this
 * package in its tests, each with the few answers it asks for:
 *
 * <ul>
 *   <li>{@link org.jitalloc.arch.tck.ParametersTck}: where memory may be, for many kernels
 *   <li>{@link org.jitalloc.arch.tck.CodeBytesTck}: trap fill, probe function, cache flush, handler
 *   <li>{@link org.jitalloc.arch.tck.EncoderTck}: an encoder against GNU as
 *   <li>{@link org.jitalloc.arch.tck.TextPokeTck}: plans against a model of instruction fetches
 *   <li>{@link org.jitalloc.arch.tck.BpfGeneratorTck}: a BPF code generator, with and without what
 *       processors may lack
 *   <li>{@link org.jitalloc.arch.tck.CallSitesTck}: the call sites of functions, through their life
 *   <li>{@link org.jitalloc.arch.tck.SiteTrampolinesTck}: trampolines of call sites, if there are
 *       some
 *   <li>{@link org.jitalloc.arch.tck.TracersTck}: the code of function tracers
 *   <li>{@link org.jitalloc.arch.tck.ProbesTck}: which instructions can be probed, and detours
 * </ul>
 *
 * <p>All this runs on any machine. What only a machine of the architecture (or an emulated one) can
 * show is in the tests of those who run code, which take the architecture that they find: those of
 * {@code alloc-core} execute the trap fill, patch code that runs and flush caches; those of {@code
 * consumers/bpf} run compiled programs against the interpreter. {@code build/cross-test} runs both,
 * and all of these, on emulated machines.
 */
@NullMarked
package org.jitalloc.arch.tck;

import org.jspecify.annotations.NullMarked;
