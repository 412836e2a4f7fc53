/** Kernel modules written in assembly, for tests that load or list them. */
@NullMarked
package org.jitalloc.arch.tck.module;

import org.jspecify.annotations.NullMarked;
