/** How large and how fast compiled BPF programs are. */
@NullMarked
package org.jitalloc.bench.bpf;

import org.jspecify.annotations.NullMarked;
