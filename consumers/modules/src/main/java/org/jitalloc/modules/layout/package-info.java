/** Which section comes where: memory by what permissions it wants over its lifecycle. */
@NullMarked
package org.jitalloc.modules.layout;

import org.jspecify.annotations.NullMarked;
