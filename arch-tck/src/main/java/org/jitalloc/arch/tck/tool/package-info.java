/** The independent tools with which emitted code is compared. */
@NullMarked
package org.jitalloc.arch.tck.tool;

import org.jspecify.annotations.NullMarked;
