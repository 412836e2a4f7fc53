/** What if all modules of a distribution were loaded: what they take, and how much of it fits. */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.kmod.report;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
