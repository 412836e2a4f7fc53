/** The components that register autoloaders as OSGi services. */
@NullMarked
package org.jitalloc.kmod.ds;

import org.jspecify.annotations.NullMarked;
