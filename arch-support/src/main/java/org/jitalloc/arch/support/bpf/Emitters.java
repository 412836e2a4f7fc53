package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.support.asm.CodeWriter;

/**
 * The emitters of an architecture for one BPF program.
 *
 * @param code the assembler of all emitters
 * @param alu operations on registers
 * @param memory loads and stores
 * @param atomics atomic operations
 * @param jumps conditional jumps
 * @param frames prologues and epilogues of functions
 * @param calls calls
 * @param exits ends of the program before EXIT
 * @param bounds checks of addresses
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
