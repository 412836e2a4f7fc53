/** Adapts the code of s390 kernel modules to a processor. */
@NullMarked
package org.jitalloc.arch.s390.fixup;

import org.jspecify.annotations.NullMarked;
