/** ELF relocatables as they lie in a mapped file: read in place, nothing believed. */
@NullMarked
package org.jitalloc.modules.elf;

import org.jspecify.annotations.NullMarked;
