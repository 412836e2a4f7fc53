/**
 * The part of tracers that is the same for every architecture.
 *
 * <p><b>Writing tracers.</b> {@link org.jitalloc.arch.support.trace.TracerWriter} knows what a
 * tracer does and in which order: whose slot it is, who is counted when something is full, which
 * returns are awaited no more. What is left are short runs of machine instructions, in interfaces
 * that say what each has to do: the parts of a {@link
 * org.jitalloc.arch.support.trace.TracerEmitters}.
 *
 * <p><b>Registers.</b> An architecture chooses registers for what has a meaning across the
 * interfaces, among those that its entry keeps or that no function may count on: where the first
 * slot is, the <em>slot</em> that is looked at, the <em>number</em> of the thread (until the slot
 * is found), a <em>count</em> of slots still to look at (while searching) or of returns awaited
 * (while those are looked at), the <em>frame</em>, and the <em>event</em>.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.arch.support.trace;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
