/**
 * What a module says of itself in its section {@code .modinfo}: who made it, what it needs, what it
 * fits.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.modules.info;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
