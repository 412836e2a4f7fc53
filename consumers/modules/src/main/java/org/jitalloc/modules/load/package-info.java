/** The steps of loading a module, in the kernel's order. */
@NullMarked
package org.jitalloc.modules.load;

import org.jspecify.annotations.NullMarked;
