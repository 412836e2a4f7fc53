/**
 * The part of probes that is the same for every architecture: the order of the steps of detours and
 * their entry.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.support.probe;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
