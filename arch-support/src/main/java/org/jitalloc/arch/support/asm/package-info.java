/** Code that assemblers share: labels and branch relaxation. */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.support.asm;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
