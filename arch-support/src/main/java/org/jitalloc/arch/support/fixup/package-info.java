/**
 * Reading the tables of a kernel module that list code made to fit a processor. Their formats are
 * nearly the same on all architectures.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.support.fixup;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
