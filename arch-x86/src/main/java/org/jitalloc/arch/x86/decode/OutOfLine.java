package org.jitalloc.arch.x86.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Relocates instructions to another address, where they have the same effect. Pure functions, for
 * any thread.
 */
public final class OutOfLine {
  /*
   * Everything becomes code, nothing is emulated by a handler: registers and flags are left alone,
   * and only what the instruction itself writes is written. What depends on where it runs:
   *   memory at a distance    the distance is corrected
   *   jump                    JMP to the target
   *   conditional jump        the same condition to the target, else JMP behind the original
   *   LOOP, JRCXZ             the same, over one JMP to another, as their distance has but one byte
   *   call                    PUSH of the original return address, which lies behind the code, then
   *   JMP; what
   *                           counts from RSP counts 8 more then
   *   SYSCALL                 leaves its return address in RCX: MOV of the original one follows
   *   XBEGIN                  the distance is corrected
   *   return, indirect jump   none
   * A return address is the original one always, so that unwinding, returns to it while the probe
   * goes away, and code that looks at its caller work. Shadow stacks would notice; Linux gives them
   * only to callers that ask.
   */

  /** The largest length of one instruction out of line, with the jump back, in bytes. */
  public static final int MAX_BYTES = 48;

  /** The length of the jump back in bytes. */
  public static final int NEAR_JUMP_BYTES = 5;

  private static final int PUSH_BYTES = 6;

  private final ByteBuffer out;
  private final long to;

  private OutOfLine(long to, int bytes) {
    this.to = to;
    out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Relocates instructions.
   *
   * @param code contains them
   * @param start the index of the first
   * @param bytes their length together
   * @param from the address of the first
   * @param to the new address
   * @return the code at the new address, which jumps back to the address after the last one, or a
   *     refusal
   */
  public static Detour move(byte[] code, int start, int bytes, long from, long to) {
    var moved = new OutOfLine(to, bytes * MAX_BYTES);
    var instruction = new DecodedInstruction();
    boolean goesOn = true;
    for (int at = 0; at < bytes; at += instruction.length()) {
      long address = from + at;
      if (!goesOn) {
        return refused(ProbeRefusal.NOT_STRAIGHT, address, "");
      }
      if (!Decoder.decode(code, start + at, start + bytes, instruction)) {
        return refused(ProbeRefusal.UNDECODABLE, address, ": " + instruction.outcome().reason());
      }
      var refusal = Probes.check(instruction);
      if (refusal.isPresent()) {
        return refused(refusal.get(), address, "");
      }
      try {
        goesOn = moved.append(instruction, address);
      } catch (Unreachable e) {
        return refused(
            ProbeRefusal.UNREACHABLE, address, ": 0x%x from 0x%x".formatted(e.target, to));
      }
    }
    try {
      if (goesOn) {
        moved.jump(from + bytes);
      }
    } catch (Unreachable e) {
      return refused(ProbeRefusal.UNREACHABLE, from, ": 0x%x from 0x%x".formatted(e.target, to));
    }
    return new Detour.Moved(Arrays.copyOf(moved.out.array(), moved.out.position()), goesOn);
  }

  private static Detour refused(ProbeRefusal why, long address, String more) {
    String text = "the instruction at 0x%x %s%s".formatted(address, why.reason(), more);
    return new Detour.Refused(why, address, text);
  }

  /** Appends an instruction. {@return whether it falls through} */
  private boolean append(DecodedInstruction i, long from) throws Unreachable {
    long next = from + i.length();
    switch (i.flow()) {
      case JUMP -> jump(i.branchTarget(from));
      case CALL -> {
        push(NEAR_JUMP_BYTES);
        jump(i.branchTarget(from));
        out.putLong(next);
      }
      case CONDITIONAL -> {
        out.put((byte) 0x0f).put((byte) (0x80 | i.opcode & 0xf));
        distance(i.branchTarget(from), 0);
        jump(next);
      }
      case LOOP, RCX_ZERO -> countedJump(i, from);
      case INDIRECT_CALL -> indirectCall(i, from);
      case TRANSACTION -> {
        copy(i, 0, i.immediateOffset());
        distance(i.branchTarget(from), 0);
        return true;
      }
      case SYSTEM_CALL -> {
        copy(i, 0, i.length());
        out.put((byte) 0x48).put((byte) 0xb9).putLong(next);
        return true;
      }
      case INDIRECT_JUMP, RETURN -> relocate(i, from);
      default -> {
        relocate(i, from);
        return true;
      }
    }
    return false;
  }

  private void countedJump(DecodedInstruction i, long from) throws Unreachable {
    if (i.hasPrefix(DecodedInstruction.ADDRESS_SIZE)) {
      out.put((byte) 0x67);
    }
    out.put((byte) i.opcode).put((byte) NEAR_JUMP_BYTES);
    jump(from + i.length());
    jump(i.branchTarget(from));
  }

  /**
   * Emits a push of the return address and an indirect jump, which differs from the call in one bit
   * of ModRM.
   */
  private void indirectCall(DecodedInstruction i, long from) throws Unreachable {
    boolean fromStack = i.hasMemory() && i.hasSib && (i.sib & 7) == 4 && (i.rex & 1) == 0;
    int pushed = out.position();
    out.position(pushed + PUSH_BYTES);
    int start = out.position();
    if (fromStack) {
      copyAboveReturnAddress(i);
    } else {
      relocate(i, from);
    }
    int modrm = start + i.modrmOffset;
    out.put(modrm, (byte) (out.get(modrm) & ~0b111_000 | 4 << 3));
    int end = out.position();
    out.position(pushed);
    push(end - start);
    out.position(end).putLong(from + i.length());
  }

  /** Copies an instruction with its displacement increased by 8, in four bytes. */
  private void copyAboveReturnAddress(DecodedInstruction i) throws Unreachable {
    long displacement = i.displacement() + Long.BYTES;
    if (displacement != (int) displacement) {
      throw new Unreachable(displacement);
    }
    int modrm = out.position() + i.modrmOffset;
    copy(i, 0, i.modrmOffset + 2);
    out.put(modrm, (byte) (i.modrm & 0b00_111_111 | 0b10 << 6));
    out.putInt((int) displacement);
  }

  /** Emits a PUSH of the eight bytes at a distance from its end. */
  private void push(int behind) {
    out.put((byte) 0xff).put((byte) 0x35).putInt(behind);
  }

  private void relocate(DecodedInstruction i, long from) throws Unreachable {
    if (!i.isRipRelative()) {
      copy(i, 0, i.length());
      return;
    }
    copy(i, 0, i.displacementOffset());
    int behind = i.length() - i.displacementOffset() - Integer.BYTES;
    distance(i.ripTarget(from), behind);
    copy(i, i.length() - behind, behind);
  }

  private void jump(long target) throws Unreachable {
    out.put((byte) 0xe9);
    distance(target, 0);
  }

  /** Emits a distance of four bytes, relative to a number of bytes after it. */
  private void distance(long target, int behind) throws Unreachable {
    long distance = target - (to + out.position() + Integer.BYTES + behind);
    if (distance != (int) distance) {
      throw new Unreachable(target);
    }
    out.putInt((int) distance);
  }

  private void copy(DecodedInstruction i, int offset, int bytes) {
    out.put(i.code, i.start + offset, bytes);
  }

  /** Thrown for a target out of reach; it is caught in this class. */
  private static final class Unreachable extends Exception {
    private static final long serialVersionUID = 1;
    private final transient long target;

    Unreachable(long target) {
      super(null, null, false, false);
      this.target = target;
    }
  }
}
