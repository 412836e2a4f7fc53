/** The factory of probes for programs without an OSGi framework. */
@NullMarked
package org.jitalloc.kprobes.plain;

import org.jspecify.annotations.NullMarked;
