/** The factory of BPF runtimes for programs without an OSGi framework. */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.bpf.plain;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
