/**
 * The part of poking that is the same for every architecture: the service, and the trap handler
 * without its machine instructions.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.support.poke;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
