/** Code of an arm64 kernel module that is made to fit a processor. */
@NullMarked
package org.jitalloc.arch.arm64.fixup;

import org.jspecify.annotations.NullMarked;
