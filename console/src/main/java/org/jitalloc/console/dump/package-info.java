/** Dumps of relocated modules, for other tools. */
@NullMarked
package org.jitalloc.console.dump;

import org.jspecify.annotations.NullMarked;
