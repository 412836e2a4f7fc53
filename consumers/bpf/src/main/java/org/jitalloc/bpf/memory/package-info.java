/** The memory that one run can reach. */
@NullMarked
package org.jitalloc.bpf.memory;

import org.jspecify.annotations.NullMarked;
