/**
 * The part of probes that is the same for every architecture: in which order detours and their
 * entry do what they do.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.support.probe;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
