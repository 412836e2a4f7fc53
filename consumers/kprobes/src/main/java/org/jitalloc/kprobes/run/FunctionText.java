package org.jitalloc.kprobes.run;

import org.jitalloc.arch.trace.ProbeText;

/**
 * A decoded function, without probes and with idle call sites.
 *
 * @param code its bytes; not to be modified
 * @param instructions what they are
 */
record FunctionText(byte[] code, ProbeText instructions) {}
