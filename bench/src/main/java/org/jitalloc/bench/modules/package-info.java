/** Modules loaded, here and by a linker that is used inside of programs. */
@NullMarked
package org.jitalloc.bench.modules;

import org.jspecify.annotations.NullMarked;
