/**
 * How much memory was spent on modules, and how much of it for nothing: counters that cost next to
 * nothing where they are counted, and the text that debugfs shows of them.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.modules.stats;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
