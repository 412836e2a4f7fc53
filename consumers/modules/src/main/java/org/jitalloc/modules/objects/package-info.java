/** Object files of this process: bound to each other and to its libraries, and run. */
@NullMarked
package org.jitalloc.modules.objects;

import org.jspecify.annotations.NullMarked;
