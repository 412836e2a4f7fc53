@org.jspecify.annotations.NullMarked
package org.jitalloc.support.elf;
