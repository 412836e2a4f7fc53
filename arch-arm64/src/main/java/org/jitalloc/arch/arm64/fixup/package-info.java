/** Adapts the code of arm64 kernel modules to a processor. */
@NullMarked
package org.jitalloc.arch.arm64.fixup;

import org.jspecify.annotations.NullMarked;
