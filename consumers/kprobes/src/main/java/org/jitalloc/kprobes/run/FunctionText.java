package org.jitalloc.kprobes.run;

import org.jitalloc.arch.trace.ProbeText;

/**
 * A function as it was read before anything in it was probed.
 *
 * @param code its bytes; not to be modified
 * @param instructions what they are
 */
record FunctionText(byte[] code, ProbeText instructions) {}
