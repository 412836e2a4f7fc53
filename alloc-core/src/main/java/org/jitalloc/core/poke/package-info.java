/** Carrying out what architectures plan for changes of live code. */
@NullMarked
package org.jitalloc.core.poke;

import org.jspecify.annotations.NullMarked;
