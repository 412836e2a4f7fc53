/** Code that the codecs of ELF relocations share. */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.support.elf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
