/**
 * The functions that programs of public conformance suites expect: helpers 0 to 5. Services of the
 * whiteboard, and on a plain class path listed in {@code META-INF/services}.
 */
@NullMarked
package org.jitalloc.console.helpers;

import org.jspecify.annotations.NullMarked;
