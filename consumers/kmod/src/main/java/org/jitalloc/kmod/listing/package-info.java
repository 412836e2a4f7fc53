/**
 * Modules that are loaded, in the words of the kernel's own files: /proc/modules, sysfs, kallsyms.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.kmod.listing;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
