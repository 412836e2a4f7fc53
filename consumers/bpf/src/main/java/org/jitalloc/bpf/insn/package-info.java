/** Instructions as text, for people. */
@NullMarked
package org.jitalloc.bpf.insn;

import org.jspecify.annotations.NullMarked;
