package org.jitalloc.core.host;

import java.io.ByteArrayOutputStream;

/**
 * Machine code for tests that no architecture bundle needs to emit. Tests verify it by its results.
 */
public interface Bodies {

  /**
   * {@return the code for this machine}
   *
   * @throws AssertionError if the architecture has no implementation
   */
  static Bodies ofThisMachine() {
    String arch = MachineArch.get().name();
    return switch (arch) {
      case "amd64" -> new X86Bodies();
      case "arm64" -> new Arm64Bodies();
      case "s390x" -> new S390Bodies();
      default -> throw new AssertionError("no machine code for " + arch);
    };
  }

  /** {@return the start of a function; it sets the result to 0, and calls in its body add to it} */
  byte[] callerStart();

  /** {@return the end of the function of {@link #callerStart}: returns the result} */
  byte[] callerEnd();

  /** {@return a function that adds 1 to the result of its caller} */
  byte[] addOne();

  /** {@return a function that adds 65536 to the result of its caller} */
  byte[] addMany();

  /** {@return a return instruction} */
  byte[] returns();

  /**
   * {@return two instructions of the same length that a poke cannot exchange with one store, and
   * that change only caller-saved registers}
   */
  Change changeOverTrap();

  /**
   * Returns a signal handler that increments a counter. After a trap, the thread continues after
   * the trapping instruction.
   *
   * @param counter the address of the counter of 8 bytes; the increment is not atomic
   * @return the code of the handler
   */
  byte[] countingHandler(long counter);

  /** {@return {@code double f(long n, double, double b)}: n + b} */
  byte[] sumOfMixedArguments();

  /** {@return {@code int f(int *p)}: sets p[0] to 1, waits until p[1] is not 0, then returns 7} */
  byte[] waits();

  /**
   * Returns a function that jumps to an address.
   *
   * @param target the address
   * @return the code
   */
  byte[] jumpsTo(long target);

  /** {@return the concatenation of the parts} */
  static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /**
   * A replacement of an instruction.
   *
   * @param before the old instruction
   * @param after the new instruction
   */
  record Change(byte[] before, byte[] after) {}
}
