/** Probes as services. */
@NullMarked
package org.jitalloc.kprobes.ds;

import org.jspecify.annotations.NullMarked;
