/**
 * Starts the container. Outside of the framework: shares no types with the bundles but those of the
 * JDK.
 */
@NullMarked
package org.jitalloc.dist;

import org.jspecify.annotations.NullMarked;
