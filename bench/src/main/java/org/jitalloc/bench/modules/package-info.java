/** Loads of modules, here and by a JIT linker. */
@NullMarked
package org.jitalloc.bench.modules;

import org.jspecify.annotations.NullMarked;
