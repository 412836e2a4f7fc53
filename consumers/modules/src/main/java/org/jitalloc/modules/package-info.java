/**
 * Kernel modules and object files (ELF relocatables): checked, placed as typed memory by the shared
 * allocator, relocated, found and unloaded.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.modules;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
