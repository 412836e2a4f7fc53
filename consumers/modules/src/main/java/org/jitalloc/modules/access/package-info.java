/** Whether a module may use what others export: versions of symbols, licences, namespaces. */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.modules.access;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
