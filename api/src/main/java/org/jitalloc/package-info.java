/**
 * Allocation of executable memory by type. Memory is never writable at an address where it is
 * executable.
 *
 * <p><b>Writing a consumer.</b> Get a {@link org.jitalloc.JitAllocator}: an OSGi service with the
 * property {@code jit.target} ({@code host} or an image), or {@link org.jitalloc.JitAlloc#host()}.
 * Request memory by {@link org.jitalloc.ModMemType type}, size and {@link org.jitalloc.Purpose
 * purpose}; the allocator adds what the architecture requires. The result is a {@link
 * org.jitalloc.JitMemory}:
 *
 * <pre>{@code
 * JitMemory code = allocator.allocate(ModMemType.TEXT, bytes.length); // forming
 * code.write(0, bytes);
 * code.publish();                                                     // read-only and executable
 * MethodHandle f = code.function(0, FunctionDescriptor.of(JAVA_INT));
 * int result = (int) f.invokeExact();
 * allocator.poker().poke(new Poke(code, 0, new Nop(), new Jump(other))); // changes live code
 * code.close();                                                       // freed
 * }</pre>
 *
 * <p><b>States.</b> <i>Forming</i> memory is written through its handle; it cannot be executed or
 * found by address. {@code publish} gives it its final protection. <i>Live</i> text changes only by
 * {@link org.jitalloc.TextPoker}, live RODATA never, live RO_AFTER_INIT until {@code seal}. {@code
 * close} frees: no new call enters the code, threads in the code finish as before, and the
 * addresses are used again after the grace period. Memories that belong together are allocated from
 * a {@link org.jitalloc.ModuleMemory}: they are published together, and those of INIT types are
 * freed together.
 *
 * <p><b>Errors.</b> Each refusal is a {@link org.jitalloc.JitAllocException} with a reason and the
 * values; it has changed nothing.
 *
 * <p><b>Units.</b> Sizes are in bytes. Address ranges are half-open. Addresses compare unsigned.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
