/**
 * Code that consumers share: services for each target, text that loaders register for patchers,
 * patterns and checks of configurations. With it, no consumer imports a package of another.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.support;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
