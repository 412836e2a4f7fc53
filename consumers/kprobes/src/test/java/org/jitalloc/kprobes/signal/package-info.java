/** Probes and tracers where signals, other stacks and threads of native code meet them. */
package org.jitalloc.kprobes.signal;
