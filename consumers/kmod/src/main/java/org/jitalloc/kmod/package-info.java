/**
 * The tools of kmod for module loaders: modules that are requested by name or alias, with all that
 * they need. The indexes of a module folder are in {@link org.jitalloc.kmod.depmod}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.kmod;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
