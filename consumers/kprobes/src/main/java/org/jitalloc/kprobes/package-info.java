/**
 * Probes at any instruction of code that is loaded, while it runs, with handlers in Java. Start at
 * {@link org.jitalloc.kprobes.Kprobes}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.kprobes;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
