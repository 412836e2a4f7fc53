/**
 * ELF relocatables, read in place. Every offset, size and index is checked before use, so a damaged
 * or hostile file leads to a {@link org.jitalloc.modules.ModuleException}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.modules.elf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
