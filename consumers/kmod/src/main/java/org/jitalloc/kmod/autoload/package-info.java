/**
 * Requests for modules by name, as the kernel's {@code request_module} (kernel/module/kmod.c and
 * dups.c): requests for the same name are converged, and the number of requests that run at once is
 * bounded. The entry point is {@link org.jitalloc.kmod.autoload.ModuleRequests}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.kmod.autoload;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
