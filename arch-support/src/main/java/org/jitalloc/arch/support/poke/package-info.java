/**
 * The part of poking text that is the same for every architecture: the service, and the trap
 * handler but for its machine instructions.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.support.poke;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
