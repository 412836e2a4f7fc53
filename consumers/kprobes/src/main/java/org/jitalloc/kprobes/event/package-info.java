/** Events of probes as the kernel's file {@code kprobe_events} defines them. */
@NullMarked
package org.jitalloc.kprobes.event;

import org.jspecify.annotations.NullMarked;
