/** Names of settings, and the refusal of names that are not known. */
@NullMarked
package org.jitalloc.core.settings;

import org.jspecify.annotations.NullMarked;
