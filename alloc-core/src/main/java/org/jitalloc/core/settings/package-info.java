/** Settings in system properties, and the refusal of unknown names. */
@NullMarked
package org.jitalloc.core.settings;

import org.jspecify.annotations.NullMarked;
