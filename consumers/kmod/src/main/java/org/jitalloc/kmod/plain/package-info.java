/** The factory of autoloaders for programs without an OSGi framework. */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.kmod.plain;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
