/**
 * The interface between the allocator and an architecture. Consumers of memory do not import this
 * package.
 *
 * <p><b>Writing an architecture.</b> All results are data: parameters, bytes, and the order of
 * writes and barriers. An architecture accesses no memory, so it can be written and tested on any
 * machine. Begin with {@link org.jitalloc.arch.Arch}: register it as a service with the property
 * {@code jit.arch}, and list it in {@code META-INF/services/org.jitalloc.arch.Arch}. Then there is
 * an image target of the architecture, and a host target on a machine of the architecture. With a
 * {@link org.jitalloc.arch.TextPoke} live code can be changed; with the codecs of the sibling
 * packages ({@code org.jitalloc.arch.bpf}, {@code org.jitalloc.arch.trace}, …) the consumers that
 * need them are registered. Each is a service with the same property, and may be registered and
 * unregistered at any time.
 *
 * <p><b>Parameters.</b> {@link org.jitalloc.arch.Arch#params} returns the address range, page
 * protection and alignment for a memory type and a purpose. Ranges are half-open. Randomised base
 * addresses depend on the seed of the layout.
 *
 * <p><b>Poking.</b> {@link org.jitalloc.arch.TextPoke#plan} translates old and new bytes into
 * writes and synchronisations. At each moment, and for a processor that has seen any prefix of the
 * writes since the last synchronisation, a thread executes the old instruction, the new one, or a
 * trap for which the {@link org.jitalloc.arch.TrapHandler} emulates the new one.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
