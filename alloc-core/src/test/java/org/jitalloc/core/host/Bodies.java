package org.jitalloc.core.host;

import java.io.ByteArrayOutputStream;

/**
 * Functions that tests run, in the code of the machine that they run on: what no architecture
 * bundle has a reason to emit. That they are right is shown by what they do.
 */
public interface Bodies {

  /**
   * {@return those for this machine}
   *
   * @throws AssertionError if nobody has written them
   */
  static Bodies ofThisMachine() {
    String arch = MachineArch.get().name();
    return switch (arch) {
      case "amd64" -> new X86Bodies();
      case "arm64" -> new Arm64Bodies();
      case "s390x" -> new S390Bodies();
      default -> throw new AssertionError("write the bodies for " + arch);
    };
  }

  /** {@return the start of a function with call sites that add to its result, which is 0 so far} */
  byte[] callerStart();

  /** {@return its end} */
  byte[] callerEnd();

  /** {@return a function that adds 1 to the result of the caller above} */
  byte[] addOne();

  /** {@return a function that adds 65536 to it} */
  byte[] addMany();

  /** {@return the instruction that returns} */
  byte[] returns();

  /**
   * {@return two instructions of one length that no architecture replaces by one another at once,
   * and which spoil nothing that a caller has}
   */
  Change changeOverTrap();

  /**
   * Gives a signal handler that counts. Behind a trap it goes on.
   *
   * @param counter the address of 8 bytes that it adds 1 to, not atomically
   * @return the handler
   */
  byte[] countingHandler(long counter);

  /** {@return {@code double f(long n, double, double b)}: n + b} */
  byte[] sumOfMixedArguments();

  /** {@return {@code int f(int *p)}: sets p[0] to 1, waits until p[1] is not 0 and returns 7} */
  byte[] waits();

  /**
   * Gives a function that jumps to another.
   *
   * @param target its address
   * @return the function
   */
  byte[] jumpsTo(long target);

  /** {@return both, one behind the other} */
  static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /**
   * Two instructions.
   *
   * @param before what is there
   * @param after what comes
   */
  record Change(byte[] before, byte[] after) {}
}
