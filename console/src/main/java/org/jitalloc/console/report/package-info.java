/** Reports of what modules take: as text, as JSON, as a picture. */
@NullMarked
package org.jitalloc.console.report;

import org.jspecify.annotations.NullMarked;
