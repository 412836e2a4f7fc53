/** The probes of one target: which there are, what stands where, and what is called. */
@NullMarked
package org.jitalloc.kprobes.run;

import org.jspecify.annotations.NullMarked;
