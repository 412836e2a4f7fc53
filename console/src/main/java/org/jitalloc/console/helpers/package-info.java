/**
 * The helpers 0 to 5 that programs of public conformance suites expect. They are whiteboard
 * services, and on a plain class path they are listed in {@code META-INF/services}.
 */
@NullMarked
package org.jitalloc.console.helpers;

import org.jspecify.annotations.NullMarked;
