/** The parameters of modules in memory: where their tables say they are, read and written. */
@NullMarked
package org.jitalloc.modules.values;

import org.jspecify.annotations.NullMarked;
