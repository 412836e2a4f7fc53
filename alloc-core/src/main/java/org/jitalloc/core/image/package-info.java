/** Modelled address spaces: memory of any architecture whose pages are checked by software. */
@NullMarked
package org.jitalloc.core.image;

import org.jspecify.annotations.NullMarked;
