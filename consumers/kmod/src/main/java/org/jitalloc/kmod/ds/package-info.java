/** Autoloaders as services. */
@NullMarked
package org.jitalloc.kmod.ds;

import org.jspecify.annotations.NullMarked;
