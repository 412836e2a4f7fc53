/**
 * What happens to memory when a machine with many processors boots and each asks for the same
 * modules: the {@linkplain org.jitalloc.modules.duplicates checks for duplicates} and {@linkplain
 * org.jitalloc.modules.stats statistics} of loading, run in simulated time.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.kmod.simulate;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
