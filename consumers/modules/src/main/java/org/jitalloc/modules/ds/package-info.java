/** Loaders as services. */
@NullMarked
package org.jitalloc.modules.ds;

import org.jspecify.annotations.NullMarked;
