/** The instruction set as data: names of its fields, and text for people. */
@NullMarked
package org.jitalloc.bpf.insn;

import org.jspecify.annotations.NullMarked;
