/**
 * The part of tracers that is the same for every architecture.
 *
 * <p><b>Writing tracers.</b> {@link org.jitalloc.arch.support.trace.TracerWriter} has the logic of
 * a tracer: the search of the slot, the counters of lost events, the frames of returns. An
 * architecture implements short sequences of machine instructions: the interfaces in {@link
 * org.jitalloc.arch.support.trace.TracerEmitters}.
 *
 * <p><b>Registers.</b> An architecture chooses registers that its entry saves, or that have no
 * defined value at the entry of a function, for the values that the interfaces share: the address
 * of the first slot, the present <em>slot</em>, the <em>number</em> of the thread (until the slot
 * is found), a <em>count</em> of the slots that are left (during the search) or of frames (after
 * it), the <em>frame</em>, and the <em>event</em>.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.support.trace;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
