/** The entry point without a container. */
@NullMarked
package org.jitalloc.console.plain;

import org.jspecify.annotations.NullMarked;
