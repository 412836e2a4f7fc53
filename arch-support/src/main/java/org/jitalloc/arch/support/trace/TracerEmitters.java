package org.jitalloc.arch.support.trace;

import org.jitalloc.arch.support.asm.CodeWriter;

/**
 * All that an architecture knows of tracers, for one of them.
 *
 * @param code where the others write to
 * @param entry how it is entered and left
 * @param slots what a thread has for itself
 * @param frames the returns that are awaited
 * @param stack on which stack saved stack pointers are
 * @param events what is written
 * @param callbacks functions that it calls
 */
public record TracerEmitters(
    CodeWriter code,
    EntryEmitter entry,
    SlotEmitter slots,
    ReturnFrameEmitter frames,
    StackEmitter stack,
    EventEmitter events,
    CallbackEmitter callbacks) {}
