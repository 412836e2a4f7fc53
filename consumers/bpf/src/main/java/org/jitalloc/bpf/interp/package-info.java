/**
 * Runs programs instruction by instruction: the reference for compiled code, and what there is
 * where nothing compiles.
 */
@NullMarked
package org.jitalloc.bpf.interp;

import org.jspecify.annotations.NullMarked;
