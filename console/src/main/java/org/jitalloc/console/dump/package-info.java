/** What modules are in memory, as files for other tools. */
@NullMarked
package org.jitalloc.console.dump;

import org.jspecify.annotations.NullMarked;
