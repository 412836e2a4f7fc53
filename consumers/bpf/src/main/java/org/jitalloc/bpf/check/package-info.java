/** Decides whether bytes are a program, and what is to be known of it before it runs. */
@NullMarked
package org.jitalloc.bpf.check;

import org.jspecify.annotations.NullMarked;
