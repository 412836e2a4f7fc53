/**
 * Simulates the boot of a machine with many processors, each of which requests the same modules. It
 * runs the {@linkplain org.jitalloc.modules.duplicates checks for duplicates} and the {@linkplain
 * org.jitalloc.modules.stats statistics} of the module loader in simulated time.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.kmod.simulate;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
