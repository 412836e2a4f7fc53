/**
 * The modules of a folder, their dependencies, and the resolution of names and aliases, as {@code
 * depmod} and {@code modprobe} of kmod do it. The entry point is {@link
 * org.jitalloc.kmod.depmod.Depmod}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.kmod.depmod;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
