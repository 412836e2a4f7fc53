/**
 * Code generation for BPF (RFC 9669), one service an architecture. The consumer checks programs and
 * runs them; a generator only translates.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.bpf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
