/**
 * Reads x86-64 machine code: how long an instruction is, where its parts lie, where it goes next,
 * and whether and how it can run at another place. It knows encodings, not what instructions
 * compute. Nothing here touches memory but the arrays it is given.
 */
@NullMarked
package org.jitalloc.arch.x86.decode;

import org.jspecify.annotations.NullMarked;
