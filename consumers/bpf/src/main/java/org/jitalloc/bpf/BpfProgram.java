package org.jitalloc.bpf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A loaded program. Any number of threads may run it at once, also from inside of a helper; it may
 * be closed meanwhile: runs that have begun end as ever, later ones throw {@link
 * IllegalStateException}. A run can be stopped: see {@link #run(MemorySegment)}.
 */
@ProviderType
public interface BpfProgram extends AutoCloseable {

  /** {@return the number of this program, never used again in this runtime} */
  long id();

  /** {@return the name it was loaded with} */
  String name();

  /** {@return what runs it: JIT or INTERPRETER} */
  BpfLoadOptions.Engine engine();

  /** {@return whether its accesses are really checked; an interpreted program always is} */
  BpfLoadOptions.MemoryChecks checks();

  /** {@return the byte order it was loaded with} */
  ByteOrder byteOrder();

  /** {@return how many instructions it has, a wide one counting as two} */
  int instructionCount();

  /**
   * {@return the instructions as text, one element an instruction; the second half of a wide one is
   * an empty text}
   */
  List<String> disassembly();

  /** {@return the length of its machine code in bytes; 0 if it is interpreted} */
  int codeBytes();

  /** {@return where its machine code starts; empty if it is interpreted} */
  OptionalLong address();

  /**
   * Runs the program on memory. Whatever ends the run, what the program has written until then
   * stays written.
   *
   * <p>A run is stopped when its thread is interrupted, when it has reached the time or step limit
   * that the program was loaded with, and when the program is {@linkplain #closeForcibly closed
   * forcibly}, such as by the end of the bundle that loaded it. It ends when it reaches an
   * instruction that a jump backwards or a call of a function of the program leads to. A helper is
   * not stopped; the run ends after it. An interrupt or the end of the time is noticed within 200
   * ms. A run in which another program runs by {@link #redirectTo} is one of this program.
   *
   * @param memory what r1 points to; native memory is used in place, heap memory copied in and back
   * @return r0
   * @throws BpfFaultException if the program made an access that is not allowed, or called a helper
   *     that is not there
   * @throws BpfHelperException if a helper threw an exception
   * @throws BpfStoppedException if the run was stopped
   * @throws StackOverflowError if there is too little of the thread's stack to call a helper
   * @throws IllegalArgumentException if the memory is read-only
   * @throws IllegalStateException if this program is closed, or the memory is
   */
  long run(MemorySegment memory);

  /**
   * Runs the program on a copy of bytes and writes them back.
   *
   * @param memory what r1 points to a copy of
   * @return r0
   * @throws BpfException as {@link #run(MemorySegment)} does
   */
  default long run(byte[] memory) {
    return run(MemorySegment.ofArray(memory));
  }

  /**
   * Runs the program without memory: r1 and r2 are 0.
   *
   * @return r0
   * @throws BpfException as {@link #run(MemorySegment)} does
   */
  default long run() {
    return run(MemorySegment.NULL);
  }

  /**
   * Makes every later run of this program run another one instead, by a jump poked over its entry;
   * runs that have begun end as they were. Replaces an earlier redirection. It ends by {@link
   * #restore} or when the other program is closed.
   *
   * @param other the program to run
   * @throws IllegalArgumentException if one of the two is not compiled, they are not of the same
   *     runtime or byte order, the other one leads back to this one, or it nests its functions
   *     deeper than this one (the stack that a caller prepares would be too short)
   * @throws IllegalStateException if one of the two is closed
   * @throws org.jitalloc.JitAllocException if the code cannot be changed, such as UNREACHABLE
   */
  void redirectTo(BpfProgram other);

  /**
   * Makes this program run itself again. Does nothing if it does.
   *
   * @throws IllegalStateException if this program is closed
   * @throws org.jitalloc.JitAllocException if the code cannot be changed
   */
  void restore();

  /** {@return the program that runs of this one really run} */
  Optional<BpfProgram> redirection();

  /**
   * Frees the program. Programs that were redirected to it run themselves again. Runs that have
   * begun end as ever; the memory of the code is reused after they have. Closing again does
   * nothing.
   */
  @Override
  void close();

  /**
   * Frees the program as {@link #close} does, and stops its runs: they throw {@link
   * BpfStoppedException} with the reason CLOSED. Does not wait for them. May be called after {@link
   * #close}.
   */
  void closeForcibly();
}
