/** Rules with which an administrator restricts allocations: immutable values and their parsers. */
@NullMarked
package org.jitalloc.core.policy;

import org.jspecify.annotations.NullMarked;
