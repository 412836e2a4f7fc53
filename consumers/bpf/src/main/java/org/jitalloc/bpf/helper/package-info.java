/**
 * Helpers by number, and the native functions through which compiled programs call them.
 *
 * <p>Lock: the monitor of {@link org.jitalloc.bpf.helper.HelperRegistry} guards the slots and their
 * users. No helper is called under it.
 */
@NullMarked
package org.jitalloc.bpf.helper;

import org.jspecify.annotations.NullMarked;
