/** The main job, carried out step by step before the eyes of whoever wants to know what this is. */
@NullMarked
package org.jitalloc.console.tour;

import org.jspecify.annotations.NullMarked;
