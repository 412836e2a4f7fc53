/**
 * The functions of kmod for module loaders: requests by name or alias, with dependencies. The
 * indexes of a module folder are in {@link org.jitalloc.kmod.depmod}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.kmod;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
