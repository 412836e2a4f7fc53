package org.jitalloc.arch.support.trace;

import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;

/**
 * The tracers of an architecture without the machine instructions.
 *
 * @param <A> its assembler
 */
public abstract class TracersBase<A extends CodeWriter> implements Tracers {

  private final String arch;
  private final Supplier<A> assemblers;
  private final int threadBlockStart;
  private final int threadBlockBytes;

  /**
   * Creates the service.
   *
   * @param arch the name of the architecture
   * @param assemblers creates an empty assembler
   * @param threadBlockStart see {@link Tracers#threadBlockStart}
   * @param threadBlockBytes see {@link Tracers#threadBlockBytes}
   */
  protected TracersBase(
      String arch, Supplier<A> assemblers, int threadBlockStart, int threadBlockBytes) {
    this.arch = arch;
    this.assemblers = assemblers;
    this.threadBlockStart = threadBlockStart;
    this.threadBlockBytes = threadBlockBytes;
  }

  /**
   * Emits the body of {@link Tracers#threadNumber}.
   *
   * @param code an empty assembler
   */
  protected abstract void emitThreadNumber(A code);

  /**
   * Emits the body of {@link Tracers#threadWord}.
   *
   * @param code an empty assembler
   */
  protected abstract void emitThreadWord(A code);

  /**
   * Emits the body of {@link Tracers#clock}.
   *
   * @param code an empty assembler
   */
  protected abstract void emitClock(A code);

  /**
   * Emits the body of {@link Tracers#stackPointer}.
   *
   * @param code an empty assembler
   */
  protected abstract void emitStackPointer(A code);

  /**
   * Emits a return from a function without a frame.
   *
   * @param code the assembler
   */
  protected abstract void emitReturn(A code);

  /**
   * Creates the emitters of a tracer.
   *
   * @param code an empty assembler
   * @param address the address of the tracer
   * @param area its memory
   * @param spec its work
   * @param cpuFeatures the optional instructions that it may use
   * @return the emitters
   */
  protected abstract TracerEmitters emitters(
      A code, long address, TraceArea area, TracerSpec spec, Set<String> cpuFeatures);

  @Override
  public final String arch() {
    return arch;
  }

  @Override
  public final byte[] threadNumber() {
    return function(this::emitThreadNumber);
  }

  @Override
  public final byte[] threadWord() {
    return function(this::emitThreadWord);
  }

  @Override
  public final byte[] clock() {
    return function(this::emitClock);
  }

  @Override
  public final byte[] stackPointer() {
    return function(this::emitStackPointer);
  }

  private byte[] function(Consumer<A> body) {
    A code = assemblers.get();
    body.accept(code);
    emitReturn(code);
    return code.finish();
  }

  @Override
  public final int threadBlockStart() {
    return threadBlockStart;
  }

  @Override
  public final int threadBlockBytes() {
    return threadBlockBytes;
  }

  @Override
  public final Tracer tracer(
      long address, TraceArea area, TracerSpec spec, Set<String> cpuFeatures) {
    TracerEmitters emitters = emitters(assemblers.get(), address, area, spec, cpuFeatures);
    return new TracerWriter(spec, area.thread(), emitters).write();
  }
}
