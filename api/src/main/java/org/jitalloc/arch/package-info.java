/**
 * What one architecture knows, for the allocator; consumers of memory do not import this package.
 *
 * <p><b>Writing an architecture.</b> Everything here is data: parameters, bytes, and the order of
 * writes and barriers. Nothing touches memory, so an architecture is written and tested on any
 * machine. Begin with {@link org.jitalloc.arch.Arch}: register it as a service with the property
 * {@code jit.arch} (and list it in {@code META-INF/services/org.jitalloc.arch.Arch}), and an image
 * target of your architecture appears, and a host target on a machine of it. Add {@link
 * org.jitalloc.arch.TextPoke} and live code can be changed; add the codecs of the sibling packages
 * ({@code org.jitalloc.arch.bpf}, {@code org.jitalloc.arch.trace}, …) and the consumers that need
 * them appear. Each is a service of its own with the same property, and each may come and go.
 *
 * <p><b>Parameters.</b> {@link org.jitalloc.arch.Arch#params} says for a type of memory and a
 * purpose where it may be, what its pages allow and how it is aligned. Ranges are half-open.
 * Randomised bases are drawn from the layout's seed.
 *
 * <p><b>Poking.</b> {@link org.jitalloc.arch.TextPoke#plan} turns old and new bytes into writes and
 * syncs such that at every moment, and for a processor that has seen any prefix of the writes since
 * the last sync, a thread executes the old instruction, the new one, or a trap that the {@link
 * org.jitalloc.arch.TrapHandler} resolves as the new one.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
