/**
 * Executable memory, typed and never writable where it is executable.
 *
 * <p><b>Writing a consumer.</b> Get a {@link org.jitalloc.JitAllocator}: an OSGi service with the
 * property {@code jit.target} ({@code host} or an image), or {@link org.jitalloc.JitAlloc#host()}.
 * Say what you need by {@link org.jitalloc.ModMemType type}, size and {@link org.jitalloc.Purpose
 * purpose}; what the architecture demands is added behind the interface and is none of your
 * business. What you get is {@link org.jitalloc.JitMemory}:
 *
 * <pre>{@code
 * JitMemory code = allocator.allocate(ModMemType.TEXT, bytes.length); // forming: yours alone
 * code.write(0, bytes);
 * code.publish();                                                     // read-only and executable
 * MethodHandle f = code.function(0, FunctionDescriptor.of(JAVA_INT));
 * int result = (int) f.invokeExact();
 * allocator.poker().poke(new Poke(code, 0, new Nop(), new Jump(other))); // changes while it runs
 * code.close();                                                       // freed
 * }</pre>
 *
 * <p><b>Life.</b> <i>Forming</i> memory is written through its handle; nothing can find or run it,
 * and its address is only where it is going to be. {@code publish} gives it its final permissions.
 * <i>Live</i> text changes by {@link org.jitalloc.TextPoker} alone, live RODATA not at all, live
 * RO_AFTER_INIT until {@code seal}. {@code close} frees: no new call enters, threads inside leave
 * unharmed, the place is used again after that. Memories that belong together go in a {@link
 * org.jitalloc.ModuleMemory}: published at once, and INIT types freed together.
 *
 * <p><b>Failing.</b> Everything that can go wrong is a {@link org.jitalloc.JitAllocException} with
 * a reason and the values; it leaves nothing half done.
 *
 * <p><b>Units.</b> Sizes are bytes. Address runs are half-open. Addresses compare unsigned.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
