/**
 * Listings of loaded modules in the formats of the kernel (/proc/modules, sysfs, kallsyms), and of
 * files.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.kmod.listing;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
