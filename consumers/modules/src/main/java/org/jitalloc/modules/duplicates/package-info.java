/**
 * Loads that somebody else does already: of the same file, done once for all that ask for it at
 * once; of the same name, refused as soon as the name is known.
 *
 * <p>Waiting is by futures, so that whoever waits chooses how: a thread by {@link
 * java.util.concurrent.Future#get}, which an interrupt ends, a simulation by continuing later. What
 * is done when a future completes runs on the thread that completed it and under no lock.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.modules.duplicates;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
