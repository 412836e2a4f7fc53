/** Symbols of modules that are loaded: what is at an address, and where is what. */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.modules.symbols;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
