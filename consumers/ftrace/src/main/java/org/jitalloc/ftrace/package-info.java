/**
 * Traces calls of functions: the call sites that compilers leave are patched while the code runs.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.ftrace;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
