/** Code of an s390 kernel module that is made to fit a processor. */
@NullMarked
package org.jitalloc.arch.s390.fixup;

import org.jspecify.annotations.NullMarked;
