package org.jitalloc.arch.support.trace;

import org.jitalloc.arch.support.asm.CodeWriter;

/**
 * The emitters of an architecture for one tracer.
 *
 * @param code the assembler of all emitters
 * @param entry the entry and the exit
 * @param slots the slot of the thread
 * @param frames the stack of returns
 * @param stack comparisons of stack pointers
 * @param events the events
 * @param callbacks the calls of functions
 */
public record TracerEmitters(
    CodeWriter code,
    EntryEmitter entry,
    SlotEmitter slots,
    ReturnFrameEmitter frames,
    StackEmitter stack,
    EventEmitter events,
    CallbackEmitter callbacks) {}
