/** Loads all modules of a distribution, and reports their memory and what fits into reach. */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.kmod.report;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
