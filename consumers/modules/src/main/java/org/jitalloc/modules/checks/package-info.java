/**
 * The checks a kernel makes before a module gets memory, put together of what judges each thing.
 */
@NullMarked
package org.jitalloc.modules.checks;

import org.jspecify.annotations.NullMarked;
