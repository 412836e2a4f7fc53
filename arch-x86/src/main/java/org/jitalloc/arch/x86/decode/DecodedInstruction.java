package org.jitalloc.arch.x86.decode;

/**
 * A decoded instruction. The next decoding overwrites it, so that decoding allocates nothing; a
 * caller copies what it keeps. For one thread at a time.
 *
 * <p>Offsets are from the first byte of the instruction. An offset of 0 means that the part is
 * absent, because only a prefix or the opcode can be at offset 0.
 */
public final class DecodedInstruction {
  /** The largest length of an instruction in bytes. */
  public static final int MAX_BYTES = 15;

  /** 66. */
  static final int OPERAND_SIZE = 1;

  /** 67. */
  static final int ADDRESS_SIZE = 1 << 1;

  /** F0. */
  static final int LOCK = 1 << 2;

  /** F2. */
  static final int REPNE = 1 << 3;

  /** F3. */
  static final int REP = 1 << 4;

  /** 2E. */
  static final int CS = 1 << 5;

  /** 26, 36, 3E, 64, 65. */
  static final int SEGMENT = 1 << 6;

  private static final int RIP_RELATIVE_MODE = 0b00_000_101;
  private static final int RIP_RELATIVE_MASK = 0b11_000_111;

  byte[] code = {};
  int start;
  int length;
  Outcome outcome = Outcome.TRUNCATED;
  int prefixes;
  int rex;
  Encoding encoding = Encoding.LEGACY;
  int map;
  int opcode;
  int opcodeOffset;

  /** 0 none, 1 66, 2 F3, 3 F2. */
  int mandatoryPrefix;

  int w;
  int l;

  /** As encoded, inverted; V' of EVEX is the fifth bit. */
  int vvvv;

  /** The last byte of an EVEX prefix, with R' above it as encoded, inverted. */
  int evex;

  int modrmOffset;
  int modrm;

  /** The SIB byte after ModRM, if {@link #hasSib}. */
  int sib;

  boolean hasSib;
  int displacementOffset;
  int displacementBytes;
  int immediateOffset;
  int immediateBytes;

  /** For one thread. */
  public DecodedInstruction() {}

  /**
   * Returns the outcome of decoding.
   *
   * @return the outcome; unless it is {@link Outcome#DECODED}, the other values are undefined
   */
  public Outcome outcome() {
    return outcome;
  }

  /**
   * Returns its length.
   *
   * @return bytes, 1 to {@link #MAX_BYTES}
   */
  public int length() {
    return length;
  }

  /**
   * Returns the offset of its displacement.
   *
   * @return the offset, or 0
   */
  public int displacementOffset() {
    return displacementOffset;
  }

  /**
   * Returns the length of its displacement or absolute address.
   *
   * @return bytes: 0, 1, 4 or 8
   */
  public int displacementBytes() {
    return displacementBytes;
  }

  /**
   * Returns the offset of its immediates or of its branch displacement.
   *
   * @return the offset, or 0
   */
  public int immediateOffset() {
    return immediateOffset;
  }

  /**
   * Returns the length of its immediates together.
   *
   * @return bytes, 0 to 8
   */
  public int immediateBytes() {
    return immediateBytes;
  }

  /**
   * Tests whether its memory operand is relative to RIP.
   *
   * @return whether the displacement is relative to the end of the instruction
   */
  public boolean isRipRelative() {
    return displacementBytes == 4
        && modrmOffset != 0
        && (modrm & RIP_RELATIVE_MASK) == RIP_RELATIVE_MODE;
  }

  /**
   * Returns the address of its memory operand, if it is {@link #isRipRelative}.
   *
   * @param address the address of the instruction
   * @return the address
   */
  public long ripTarget(long address) {
    return address + length + displacement();
  }

  /**
   * Returns its effect on the flow of control.
   *
   * @return the effect
   */
  public ControlTransfer flow() {
    return ControlTransfer.of(this);
  }

  /**
   * Returns the target of a relative branch, if {@link ControlTransfer#isRelative}.
   *
   * @param address the address of the instruction
   * @return the address
   */
  public long branchTarget(long address) {
    return address + length + signed(immediateOffset, immediateBytes);
  }

  boolean hasPrefix(int prefix) {
    return (prefixes & prefix) != 0;
  }

  boolean isLegacy(int map, int opcode) {
    return encoding == Encoding.LEGACY && this.map == map && this.opcode == opcode;
  }

  int mod() {
    return modrm >> 6;
  }

  int reg() {
    return modrm >> 3 & 7;
  }

  int rm() {
    return modrm & 7;
  }

  boolean hasMemory() {
    return modrmOffset != 0 && mod() != 3;
  }

  long displacement() {
    return signed(displacementOffset, displacementBytes);
  }

  /** {@return a signed little-endian number of its bytes} */
  private long signed(int offset, int bytes) {
    long value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = value << 8 | code[start + offset + i] & 0xff;
    }
    int unused = Long.SIZE - bytes * Byte.SIZE;
    return bytes == 0 ? 0 : value << unused >> unused;
  }

  void begin(byte[] code, int start) {
    this.code = code;
    this.start = start;
    outcome = Outcome.DECODED;
    encoding = Encoding.LEGACY;
    prefixes = 0;
    rex = 0;
    map = 0;
    mandatoryPrefix = 0;
    w = 0;
    l = 0;
    vvvv = 0;
    evex = 0;
    modrmOffset = 0;
    modrm = 0;
    sib = 0;
    hasSib = false;
    displacementOffset = 0;
    displacementBytes = 0;
    immediateOffset = 0;
    immediateBytes = 0;
  }
}
