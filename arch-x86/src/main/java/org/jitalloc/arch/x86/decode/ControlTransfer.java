package org.jitalloc.arch.x86.decode;

/** The effect of an instruction on the flow of control. */
public enum ControlTransfer {
  /** The next instruction follows. */
  NEXT,
  /** A relative jump if a condition of the flags holds. */
  CONDITIONAL,
  /** Decrements RCX, and a relative jump. */
  LOOP,
  /** A relative jump if RCX is zero. */
  RCX_ZERO,
  /** A relative jump. */
  JUMP,
  /** A relative call. */
  CALL,
  /** Begins a transaction, with the relative address of its abort handler. */
  TRANSACTION,
  /** A jump to the address in a register or in memory. */
  INDIRECT_JUMP,
  /** A call of the address in a register or in memory. */
  INDIRECT_CALL,
  /** Calls or jumps into another code segment. */
  FAR,
  /** Returns. */
  RETURN,
  /** Returns to another code segment, or from an interrupt or a system call. */
  FAR_RETURN,
  /** SYSCALL: enters the kernel, which returns to the next instruction. */
  SYSTEM_CALL,
  /** SYSENTER: enters the kernel, which returns to another address. */
  SYSTEM_ENTER,
  /** INT, INT3 or INT1. */
  INTERRUPT,
  /** HLT: continues after an interrupt. */
  HALT,
  /** UD0, UD1 or UD2: undefined by design. */
  UNDEFINED,
  /** Enters or leaves a virtual machine or an enclave. */
  VIRTUALIZATION;

  private static final byte[] PRIMARY = new byte[256];
  private static final byte[] SECONDARY = new byte[256];
  private static final ControlTransfer[] ALL = values();

  static {
    fill(PRIMARY, 0x70, 0x7f, CONDITIONAL);
    fill(PRIMARY, 0xe0, 0xe2, LOOP);
    fill(PRIMARY, 0xe3, 0xe3, RCX_ZERO);
    fill(PRIMARY, 0xe8, 0xe8, CALL);
    fill(PRIMARY, 0xe9, 0xe9, JUMP);
    fill(PRIMARY, 0xeb, 0xeb, JUMP);
    fill(PRIMARY, 0xc2, 0xc3, RETURN);
    fill(PRIMARY, 0xca, 0xcb, FAR_RETURN);
    fill(PRIMARY, 0xcf, 0xcf, FAR_RETURN);
    fill(PRIMARY, 0xcc, 0xcd, INTERRUPT);
    fill(PRIMARY, 0xf1, 0xf1, INTERRUPT);
    fill(PRIMARY, 0xf4, 0xf4, HALT);
    fill(SECONDARY, 0x80, 0x8f, CONDITIONAL);
    fill(SECONDARY, 0x05, 0x05, SYSTEM_CALL);
    fill(SECONDARY, 0x34, 0x34, SYSTEM_ENTER);
    fill(SECONDARY, 0x07, 0x07, FAR_RETURN);
    fill(SECONDARY, 0x35, 0x35, FAR_RETURN);
    fill(SECONDARY, 0xaa, 0xaa, FAR_RETURN);
    fill(SECONDARY, 0x0b, 0x0b, UNDEFINED);
    fill(SECONDARY, 0xb9, 0xb9, UNDEFINED);
    fill(SECONDARY, 0xff, 0xff, UNDEFINED);
    fill(SECONDARY, 0x37, 0x37, VIRTUALIZATION);
  }

  /**
   * Tests whether the instruction has a relative target.
   *
   * @return whether it has
   */
  public boolean isRelative() {
    return ordinal() >= CONDITIONAL.ordinal() && ordinal() <= TRANSACTION.ordinal();
  }

  static ControlTransfer of(DecodedInstruction i) {
    if (i.encoding != Encoding.LEGACY) {
      return NEXT;
    }
    if (i.map == 0) {
      return primary(i);
    }
    if (i.map != 1) {
      return NEXT;
    }
    return i.opcode == 0x01 ? system(i) : ALL[SECONDARY[i.opcode]];
  }

  private static ControlTransfer primary(DecodedInstruction i) {
    if (i.opcode == 0xff) {
      return switch (i.reg()) {
        case 2 -> INDIRECT_CALL;
        case 3, 5 -> FAR;
        case 4 -> INDIRECT_JUMP;
        default -> NEXT;
      };
    }
    boolean transaction = i.opcode == 0xc7 && i.modrm == 0xf8;
    return transaction ? TRANSACTION : ALL[PRIMARY[i.opcode]];
  }

  /**
   * 0F 01 with registers: VMCALL and similar, those of SVM, SGX and SEAM, except those that only
   * compute.
   */
  private static ControlTransfer system(DecodedInstruction i) {
    if (i.modrm >= 0xe8 && i.modrm <= 0xef && i.mandatoryPrefix == 2 && i.rm() == 4) {
      return FAR_RETURN;
    }
    return switch (i.modrm) {
      case 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xcc, 0xcd, 0xce, 0xcf -> VIRTUALIZATION;
      case 0xd4, 0xd7, 0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf -> VIRTUALIZATION;
      default -> NEXT;
    };
  }

  private static void fill(byte[] table, int first, int last, ControlTransfer flow) {
    for (int i = first; i <= last; i++) {
      table[i] = (byte) flow.ordinal();
    }
  }
}
