/**
 * Memory of this process: system calls, the ways to executable memory, and the signal handler that
 * carries threads over pokes.
 */
@NullMarked
package org.jitalloc.core.host;

import org.jspecify.annotations.NullMarked;
