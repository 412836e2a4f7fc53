/**
 * What the tables of a kernel module say of its code: what is made to fit a processor, where
 * execution goes on after a fault, how its stack is unwound.
 */
@NullMarked
package org.jitalloc.modules.code;

import org.jspecify.annotations.NullMarked;
