/** Instructions of z/Architecture as bytes: as many as the rest of this bundle emits. */
@NullMarked
package org.jitalloc.arch.s390.asm;

import org.jspecify.annotations.NullMarked;
