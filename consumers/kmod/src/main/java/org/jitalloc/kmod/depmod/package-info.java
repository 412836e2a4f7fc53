/**
 * Which modules there are in a folder, what each needs, and which are meant by a name or an alias:
 * what {@code depmod} finds out, and {@code modprobe} does with it. Begin at {@link
 * org.jitalloc.kmod.depmod.Depmod}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.kmod.depmod;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
