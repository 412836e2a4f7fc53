/**
 * What consumers have in common, and nothing that any of them does: a service for each target, and
 * text that one hands to others. No consumer needs another for it.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.support;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
