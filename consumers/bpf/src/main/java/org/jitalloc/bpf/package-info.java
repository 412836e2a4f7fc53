/**
 * BPF programs (RFC 9669) in this process: checked when they are loaded, compiled into allocated
 * text where a code generator for this machine is there, interpreted elsewhere, and called like a
 * method.
 *
 * <pre>{@code
 * BpfRuntime runtime = BpfRuntimes.host();          // in OSGi: a service with jit.target=host
 * try (BpfProgram program = runtime.load(bytes)) {  // 8 bytes an instruction, little-endian
 *   long r0 = program.run(packet);                  // a byte[] or a MemorySegment
 * }
 * }</pre>
 *
 * <p><b>What a program sees.</b> It starts with r1 = the address of the memory that was given to
 * the run (0 if that is empty), r2 = its length in bytes, r10 = the end of a stack of {@value
 * org.jitalloc.arch.bpf.BpfFrame#STACK_BYTES} bytes that is zero, and 0 in the other registers.
 * Each function that it calls gets a stack of its own, up to {@value
 * org.jitalloc.arch.bpf.BpfFrame#MAX_DEPTH} of them. After a call, of a function or a helper, r1 to
 * r5 are 0, whatever the callee left there; r6 to r9 are as before. Programs are little-endian on
 * every machine, unless they say otherwise ({@link BpfLoadOptions#byteOrder}). Division by zero
 * gives 0 and a remainder by zero the dividend, as the RFC says. The value of the run is r0.
 *
 * <p><b>What is refused.</b> {@link org.jitalloc.bpf.BpfRuntime#load} checks what the RFC demands:
 * known operations, zero in fields that an operation does not use, existing registers and helpers,
 * jumps inside their function, functions that end, no recursion, accesses relative to r10 inside
 * the stack. A {@link org.jitalloc.bpf.BpfLoadException} names the instruction and the rule. There
 * is no proof that a program ends; it is stopped if it does not.
 *
 * <p><b>What stops a run.</b> The interrupt of its thread, a limit of time (a minute, unless the
 * options or the configuration say something else), a limit of steps, {@link
 * org.jitalloc.bpf.BpfProgram#closeForcibly}, and the end of the bundle that loaded the program.
 * The run throws {@link org.jitalloc.bpf.BpfStoppedException}, on either engine with the same
 * instruction for the same number of steps.
 *
 * <p><b>What a program may touch.</b> Its memory and its stack. Every load and store is checked,
 * unless the program was loaded {@linkplain org.jitalloc.bpf.BpfLoadOptions.MemoryChecks#UNCHECKED
 * unchecked}, which the configuration has to allow. An access elsewhere ends the run with a {@link
 * org.jitalloc.bpf.BpfFaultException}. An atomic operation on an address that is not a multiple of
 * its size ends the run in the same way.
 *
 * <p><b>Helpers.</b> {@code call 7} calls the {@link org.jitalloc.bpf.BpfHelper} whose number is 7:
 * a service of the whiteboard kind, or given to {@link org.jitalloc.bpf.plain.BpfRuntimes}. Also
 * {@code callx} (operation 8d) with the number in a register. A helper reaches the program's memory
 * through {@link org.jitalloc.bpf.BpfCall}.
 *
 * <p><b>Replacing a live program.</b> {@link org.jitalloc.bpf.BpfProgram#redirectTo} makes whoever
 * calls one program run another one, at once, whatever threads are inside; {@link
 * org.jitalloc.bpf.BpfProgram#restore} takes it back.
 *
 * <p><b>Memory.</b> A native segment is worked on in place; it has to stay open during the run,
 * which sees to that itself. A {@code byte[]} or heap segment is copied in and, whatever became of
 * the run, copied back; other threads see the changes only then. Read-only segments are refused: a
 * program may write its memory.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.bpf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
