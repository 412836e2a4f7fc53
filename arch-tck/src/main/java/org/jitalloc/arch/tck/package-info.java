/**
 * The tests that every architecture passes. The tests of an architecture extend the abstract
 * classes of this package and implement their abstract methods:
 *
 * <ul>
 *   <li>{@link org.jitalloc.arch.tck.ParametersTck}: the placement of memory, for many kernels
 *   <li>{@link org.jitalloc.arch.tck.CodeBytesTck}: trap fill, probe function, cache flush, handler
 *   <li>{@link org.jitalloc.arch.tck.EncoderTck}: an encoder against GNU as
 *   <li>{@link org.jitalloc.arch.tck.TextPokeTck}: plans against a model of instruction fetches
 *   <li>{@link org.jitalloc.arch.tck.BpfGeneratorTck}: a BPF code generator, with and without
 *       optional processor features
 *   <li>{@link org.jitalloc.arch.tck.CallSitesTck}: the states of call sites
 *   <li>{@link org.jitalloc.arch.tck.SiteTrampolinesTck}: trampolines of call sites, if the
 *       architecture has them
 *   <li>{@link org.jitalloc.arch.tck.TracersTck}: the code of function tracers
 *   <li>{@link org.jitalloc.arch.tck.ProbesTck}: which instructions can be probed, and detours
 * </ul>
 *
 * <p>These tests run on any machine. Tests that execute code need a machine of the architecture,
 * real or emulated, and are in other modules: those of {@code alloc-core} execute the trap fill,
 * patch code that threads execute, and flush caches; those of {@code consumers/bpf} compare
 * compiled programs with the interpreter. {@code build/cross-test} runs all of them on emulated
 * machines.
 */
@NullMarked
package org.jitalloc.arch.tck;

import org.jspecify.annotations.NullMarked;
