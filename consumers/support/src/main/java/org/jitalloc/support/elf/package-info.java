/**
 * Reads ELF files of every type, for people and messages: executables, shared objects, kernels. A
 * reader of relocatable modules that is made for speed is part of the module loader.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.support.elf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
