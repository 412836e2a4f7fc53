package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.support.asm.CodeWriter;

/**
 * All that an architecture knows of BPF, for one program.
 *
 * @param code where the others write to
 * @param alu what works on registers alone
 * @param memory loads and stores
 * @param atomics atomic operations
 * @param jumps conditional jumps
 * @param frames begin and end of functions
 * @param calls calls
 * @param exits ends before the EXIT
 * @param bounds tests of addresses
 */
public record Emitters(
    CodeWriter code,
    AluEmitter alu,
    MemoryEmitter memory,
    AtomicEmitter atomics,
    JumpEmitter jumps,
    FunctionFrameEmitter frames,
    CallEmitter calls,
    ExitEmitter exits,
    BoundsEmitter bounds) {}
