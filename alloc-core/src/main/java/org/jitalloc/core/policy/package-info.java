/** What administrators say about who may hold how much memory of which kind. Data, and no state. */
@NullMarked
package org.jitalloc.core.policy;

import org.jspecify.annotations.NullMarked;
