/** A demonstration: load, run, patch and free, step by step with measurements. */
@NullMarked
package org.jitalloc.console.tour;

import org.jspecify.annotations.NullMarked;
