/** What makes a kernel less trustworthy, as bits, letters and words, and which modules did. */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.modules.taint;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
