/** Files of modules, compressed or not. */
@NullMarked
package org.jitalloc.modules.file;

import org.jspecify.annotations.NullMarked;
