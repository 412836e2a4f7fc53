/**
 * Starts the container. It is outside of the framework, and shares only types of the JDK with the
 * bundles.
 */
@NullMarked
package org.jitalloc.dist;

import org.jspecify.annotations.NullMarked;
