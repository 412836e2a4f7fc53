/** Machine code for BPF programs (RFC 9669). */
@NullMarked
package org.jitalloc.arch.arm64.bpf;

import org.jspecify.annotations.NullMarked;
