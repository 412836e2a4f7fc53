/** The runtime as a service. */
@NullMarked
package org.jitalloc.bpf.ds;

import org.jspecify.annotations.NullMarked;
