package org.jitalloc.core.host;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Machine code for s390x. */
final class S390Bodies implements Bodies {

  private static final String RETURN = "07fe"; // br %r14

  private static byte[] hex(String... code) {
    return HexFormat.of().parseHex(String.join("", code));
  }

  /** Loads %r1 with a constant: llihf and iilf. */
  private static byte[] constant(long number) {
    return ByteBuffer.allocate(12)
        .putShort((short) 0xc01e)
        .putInt((int) (number >>> 32))
        .putShort((short) 0xc019)
        .putInt((int) number)
        .array();
  }

  /** Saves %r14 in the save area of the caller. The called functions need no save area. */
  @Override
  public byte[] callerStart() {
    return hex("e3e0f0700024", "a7290000"); // stg %r14, 112(%r15); lghi %r2, 0
  }

  @Override
  public byte[] callerEnd() {
    return hex("e3e0f0700004", RETURN); // lg %r14, 112(%r15)
  }

  @Override
  public byte[] addOne() {
    return hex("a72a0001", RETURN); // ahi %r2, 1
  }

  @Override
  public byte[] addMany() {
    return hex("c22900010000", RETURN); // afi %r2, 65536
  }

  @Override
  public byte[] returns() {
    return hex(RETURN);
  }

  @Override
  public Change changeOverTrap() {
    return new Change(hex("c02f00010001"), hex("c02f00020002")); // llilf %r2
  }

  /** The PSW in the context is already after the illegal instruction. */
  @Override
  public byte[] countingHandler(long counter) {
    return Bodies.join(
        constant(counter),
        hex(
            "e30010000004", // lg %r0, 0(%r1)
            "a70b0001", // aghi %r0, 1
            "e30010000024", // stg %r0, 0(%r1)
            RETURN));
  }

  @Override
  public byte[] sumOfMixedArguments() {
    return hex("b3a50002", "b31a0002", RETURN); // cdgbr %f0, %r2; adbr %f0, %f2
  }

  @Override
  public byte[] waits() {
    return hex(
        "e54c20000001", // mvhi 0(%r2), 1
        "e31020040012", // lt %r1, 4(%r2)
        "a784fffd", // je the load
        "a7290007", // lghi %r2, 7
        RETURN);
  }

  @Override
  public byte[] jumpsTo(long target) {
    return Bodies.join(constant(target), hex("07f1")); // br %r1
  }
}
