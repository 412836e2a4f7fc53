package org.jitalloc.arch.s390.probe;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jitalloc.arch.s390.poke.SiteEncoder;
import org.jspecify.annotations.Nullable;

/**
 * The properties of an instruction for probes.
 *
 * @param bits its bytes, the first as the most significant
 * @param bytes its length in bytes
 */
record ProbedInsn(long bits, int bytes) {
  static final int MOST_BYTES = 6;
  static final int HALFWORD = 2;

  /** The ways to relocate an instruction. */
  enum Form {
    /** No effect: a branch that is never taken, or a branch hint. */
    NOTHING,
    /** A relative operand with a distance of 32 bits; falls through. */
    RELATIVE,
    JUMP,
    CONDITIONAL,
    /** Compares or counts, and branches by a shorter distance. */
    COMPARE,
    CALL,
    /** Loads the address of the next instruction. */
    LINK,
    CALL_REGISTER,
    CALL_ADDRESS,
    /** May branch to the address in a register; it can run at any address. */
    LEAVES,
    /** Can run at any address, and falls through. */
    STRAIGHT
  }

  /** {@return the instruction at an offset; empty if it is truncated} */
  static Optional<ProbedInsn> read(byte[] code, int offset) {
    int bytes = SiteEncoder.length(code[offset]);
    if (offset + bytes > code.length) {
      return Optional.empty();
    }
    long bits = 0;
    for (int i = 0; i < bytes; i++) {
      bits = bits << Byte.SIZE | code[offset + i] & 0xff;
    }
    return Optional.of(new ProbedInsn(bits, bytes));
  }

  byte[] code() {
    return ByteBuffer.allocate(Long.BYTES).putLong(bits << Long.SIZE - bytes * Byte.SIZE).array();
  }

  /** {@return a byte by its index} */
  private int at(int index) {
    return (int) (bits >>> (bytes - 1 - index) * Byte.SIZE) & 0xff;
  }

  /** {@return the first four bits of the second byte: a register, or the mask of a branch} */
  int first() {
    return at(1) >> 4;
  }

  /** {@return the last four bits of the second byte} */
  int second() {
    return at(1) & 0xf;
  }

  /** {@return the first and the second byte} */
  private int head() {
    return at(0) << Byte.SIZE | at(1);
  }

  /**
   * {@return the first and the last byte, which are the operation of some instructions of six
   * bytes}
   */
  private int ends() {
    return at(0) << Byte.SIZE | at(bytes - 1);
  }

  Form form() {
    return switch (at(0)) {
      case 0x05, 0x0d -> second() == 0 ? Form.LINK : Form.CALL_REGISTER;
      case 0x06 -> second() == 0 ? Form.STRAIGHT : Form.LEAVES;
      case 0x07 -> first() == 0 || second() == 0 ? Form.STRAIGHT : Form.LEAVES;
      case 0x45, 0x4d -> Form.CALL_ADDRESS;
      case 0x46, 0x86, 0x87 -> Form.LEAVES;
      case 0x47 -> first() == 0 ? Form.STRAIGHT : Form.LEAVES;
      case 0x84, 0x85 -> Form.COMPARE;
      case 0xa7 -> shortForm();
      case 0xb9 -> at(1) == 0x46 && (at(3) & 0xf) != 0 ? Form.LEAVES : Form.STRAIGHT;
      case 0xc0 -> longForm();
      case 0xc4 -> Form.RELATIVE;
      case 0xc5, 0xc7 -> Form.NOTHING;
      case 0xc6 -> Form.RELATIVE;
      case 0xcc -> second() == 6 ? Form.COMPARE : Form.STRAIGHT;
      case 0xe3, 0xeb, 0xec -> sixBytes();
      default -> Form.STRAIGHT;
    };
  }

  private Form shortForm() {
    return switch (second()) {
      case 4 -> branch();
      case 5 -> Form.CALL;
      case 6, 7 -> Form.COMPARE;
      default -> Form.STRAIGHT;
    };
  }

  private Form longForm() {
    return switch (second()) {
      case 0 -> Form.RELATIVE;
      case 4 -> branch();
      case 5 -> Form.CALL;
      default -> Form.STRAIGHT;
    };
  }

  private Form branch() {
    return switch (first()) {
      case 0 -> Form.NOTHING;
      case 15 -> Form.JUMP;
      default -> Form.CONDITIONAL;
    };
  }

  private Form sixBytes() {
    return switch (ends()) {
      case 0xec44, 0xec45, 0xec64, 0xec65, 0xec76, 0xec77, 0xec7c, 0xec7d, 0xec7e, 0xec7f ->
          Form.COMPARE;
      case 0xe346, 0xe347, 0xeb44, 0xeb45 -> Form.LEAVES;
      case 0xece4, 0xece5, 0xecf6, 0xecf7, 0xecfc, 0xecfd, 0xecfe, 0xecff -> Form.LEAVES;
      default -> Form.STRAIGHT;
    };
  }

  /** {@return the reason why it cannot be probed in any function} */
  Optional<String> refusal() {
    return Optional.ofNullable(
        switch (head()) {
          case 0x0101, 0xb218, 0xb228, 0xb240, 0xb258, 0xb25a, 0xb277, 0xb2b2, 0xb99e ->
              "changes more of the state than its address, such as by a linkage stack";
          case 0x010c, 0x010d, 0x010e, 0xb219, 0xb279 -> "changes how addresses are understood";
          case 0x01ff, 0xb2ff -> "is a breakpoint";
          case 0xb98d -> "shows the state of the processor";
          case 0xe560, 0xe561, 0xb2f8 -> "begins or ends a transaction";
          default -> refusalByFirst();
        });
  }

  private @Nullable String refusalByFirst() {
    return switch (at(0)) {
      case 0x00 -> "is undefined on purpose";
      case 0x0b, 0x0c -> "changes how addresses are understood";
      case 0x05, 0x0d ->
          form() == Form.CALL_REGISTER && first() == second()
              ? "calls by the register of its own return address"
              : null;
      case 0x44 -> "executes another instruction";
      case 0x45, 0x4d -> usesLink() ? "calls by the register of its own return address" : null;
      case 0x80, 0x82, 0x83, 0xac, 0xad -> "belongs to the system";
      case 0xc6 -> second() == 0 ? "executes another instruction" : refusalOfUnknown();
      case 0xeb -> ends() == 0xeb71 ? "loads the state of the processor" : refusalOfUnknown();
      default -> refusalOfUnknown();
    };
  }

  private @Nullable String refusalOfUnknown() {
    boolean known = Operations.exist(at(0), at(1), at(bytes - 1));
    return known ? null : "is no instruction that is known here";
  }

  /** {@return whether the address of BAS uses the register that it writes} */
  private boolean usesLink() {
    return first() != 0 && (second() == first() || at(2) >> 4 == first());
  }

  /** {@return the address of the instruction that EXRL executes, by its own address} */
  Optional<Long> executed(long from) {
    boolean executes = at(0) == 0xc6 && second() == 0;
    return executes ? Optional.of(from + HALFWORD * (long) (int) bits) : Optional.empty();
  }

  /** {@return whether this is EX, which executes the instruction at its second operand} */
  boolean isExecute() {
    return at(0) == 0x44;
  }

  /** {@return the base register of an operand in the third byte; 0 for none} */
  int base() {
    return at(2) >> 4;
  }

  /** {@return the displacement of 12 bits after the base register} */
  int displacement() {
    return (at(2) & 0xf) << Byte.SIZE | at(3);
  }

  /**
   * {@return the address that it loads into its first register: that of LARL, or its return
   * address}
   *
   * @param from its own address
   */
  Optional<Long> loadedAddress(long from) {
    return switch (at(0)) {
      case 0x05, 0x0d, 0x45, 0x4d -> Optional.of(from + bytes);
      case 0xa7 -> second() == 5 ? Optional.of(from + bytes) : Optional.empty();
      case 0xc0 ->
          switch (second()) {
            case 0 -> Optional.of(target(from));
            case 5 -> Optional.of(from + bytes);
            default -> Optional.empty();
          };
      default -> Optional.empty();
    };
  }

  /** {@return the length of the distance after its first halfword in bytes} */
  private int distanceBytes() {
    return switch (at(0)) {
      case 0xc0, 0xc4, 0xc6, 0xcc -> 4;
      default -> 2;
    };
  }

  /** {@return its relative target at an address} */
  long target(long from) {
    long distance = distanceBytes() == 4 ? (int) bits : (short) (bits >>> (bytes - 4) * Byte.SIZE);
    return from + HALFWORD * distance;
  }

  /** {@return the instruction with another distance} */
  ProbedInsn withDistance(int halfwords) {
    int width = distanceBytes() * Byte.SIZE;
    int shift = bytes * Byte.SIZE - 16 - width;
    long mask = (1L << width) - 1 << shift;
    return new ProbedInsn(bits & ~mask | (long) halfwords << shift & mask, bytes);
  }
}
