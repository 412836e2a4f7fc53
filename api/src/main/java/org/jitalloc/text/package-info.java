/**
 * Text that code loaders register, for tracers and probes to patch, and the protocol by which a
 * tracer and probes share call sites. Loaders, tracers and probes use this package among each
 * other; no architecture and not the allocator uses it.
 *
 * <p>A loader registers a {@link org.jitalloc.text.TraceableText} service. A patcher ({@link
 * org.jitalloc.text.TextPatcher}) learns of the texts of its target. A tracer is a {@link
 * org.jitalloc.text.CallSiteLender}, and probes borrow the call sites that they patch. Probes are
 * an {@link org.jitalloc.text.OriginalText}, and a tracer reads text through it.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.text;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
