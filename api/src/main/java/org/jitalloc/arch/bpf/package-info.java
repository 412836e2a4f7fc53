/**
 * Code generation for BPF (RFC 9669). There is one service for each architecture. The consumer
 * checks and runs programs; a generator only compiles them.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.bpf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
