/**
 * Reads the tables of kernel modules that list code which depends on the processor. Their formats
 * are similar on all architectures.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.support.fixup;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
