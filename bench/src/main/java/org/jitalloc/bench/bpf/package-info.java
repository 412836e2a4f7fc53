/** The size and the speed of compiled BPF programs. */
@NullMarked
package org.jitalloc.bench.bpf;

import org.jspecify.annotations.NullMarked;
