/**
 * Modules that are loaded because something asked for them by name: requests for the same name are
 * converged to one, and only so many are worked on at once. Begin at {@link
 * org.jitalloc.kmod.autoload.ModuleRequests}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.kmod.autoload;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
