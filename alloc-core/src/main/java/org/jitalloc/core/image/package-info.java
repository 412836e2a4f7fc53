/** Modelled address spaces: memory of any architecture, with permissions that software checks. */
@NullMarked
package org.jitalloc.core.image;

import org.jspecify.annotations.NullMarked;
