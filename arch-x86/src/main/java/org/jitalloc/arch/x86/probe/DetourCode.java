package org.jitalloc.arch.x86.probe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.support.probe.DetourEmitter;
import org.jitalloc.arch.support.probe.DetourProbes;
import org.jitalloc.arch.x86.asm.ReturnMark;
import org.jitalloc.arch.x86.decode.Detour.Moved;
import org.jitalloc.arch.x86.decode.Detour.Refused;
import org.jitalloc.arch.x86.decode.OutOfLine;
import org.jitalloc.arch.x86.decode.ProbeRefusal;

/** Emits the code of one detour. */
final class DetourCode implements DetourEmitter {
  /*
   * What calls the entry changes no flags, and writes no stack that the probed code may be using
   * below RSP:
   *   lea rsp, [rsp - 128]; pushfq; push id (of 4 bytes); call entry; lea rsp, [rsp + 8]; popfq;
   *   lea rsp, [rsp + 128]
   * The entry knows by this that RSP was 152 more than it finds it.
   * Counting saves the flags in RAX, since PUSHF and POPF take longer than all the rest: LAHF has
   * all but the overflow, SETO has that, and 127 more than it overflows if it was set. Where a
   * processor has no LAHF in long mode, it is PUSHF:
   *   lea rsp, [rsp - 128]; push rax; push rcx; lahf; seto al
   *   for each: movabs rcx, counter; lock inc qword ptr [rcx]
   *   add al, 127; sahf; pop rcx; pop rax; lea rsp, [rsp + 128]
   */
  static final int RED_ZONE_BYTES = 128;

  private static final int ROOM = 1024;

  /** The largest length of an increment in bytes. */
  private static final int COUNT_BYTES = 14;

  private static final byte[] PUSH_RAX_RCX = {0x50, 0x51};
  private static final byte[] POP_RCX_RAX = {0x59, 0x58};
  private static final byte[] PUSHF = {(byte) 0x9c};
  private static final byte[] POPF = {(byte) 0x9d};
  private static final byte[] LAHF_SETO = {(byte) 0x9f, 0x0f, (byte) 0x90, (byte) 0xc0};
  private static final byte[] ADD_SAHF = {0x04, 0x7f, (byte) 0x9e};
  private static final byte[] MOVABS_RCX = {0x48, (byte) 0xb9};
  private static final byte[] LOCK_INC_AT_RCX = {(byte) 0xf0, 0x48, (byte) 0xff, 0x01};

  private ByteBuffer out = ByteBuffer.allocate(ROOM).order(ByteOrder.LITTLE_ENDIAN);
  private final long at;
  private final long entry;
  private final boolean lahf;

  DetourCode(long at, long entry, boolean lahf) {
    this.at = at;
    this.entry = entry;
    this.lahf = lahf;
  }

  @Override
  public void count(List<Long> counters) {
    out = DetourProbes.withRoom(out, counters.size() * COUNT_BYTES);
    moveStack(-RED_ZONE_BYTES);
    out.put(PUSH_RAX_RCX).put(lahf ? LAHF_SETO : PUSHF);
    counters.forEach(counter -> out.put(MOVABS_RCX).putLong(counter).put(LOCK_INC_AT_RCX));
    out.put(lahf ? ADD_SAHF : POPF).put(POP_RCX_RAX);
    moveStack(RED_ZONE_BYTES);
  }

  @Override
  public void callHandler(int id) {
    moveStack(-RED_ZONE_BYTES);
    out.put((byte) 0x9c).put((byte) 0x68).putInt(id);
    relative(0xe8, entry);
    moveStack(Long.BYTES);
    out.put((byte) 0x9d);
    moveStack(RED_ZONE_BYTES);
  }

  /** lea rsp, [rsp + bytes], of eight bytes. */
  private void moveStack(int bytes) {
    out.putInt(0x24a48d48).putInt(bytes);
  }

  /** Pushes a slot for the return address, which the handler fills, and returns to it. */
  @Override
  public void takeReturn() {
    out.putInt(ReturnMark.CODE);
    moveStack(-Long.BYTES);
    callHandler(0);
    out.put((byte) 0xc3);
  }

  @Override
  public boolean move(byte[] code, long from) {
    return switch (OutOfLine.move(code, 0, code.length, from, at + out.position())) {
      case Moved(byte[] moved, boolean jumpsBack) -> {
        int jumpBytes = jumpsBack ? OutOfLine.NEAR_JUMP_BYTES : 0;
        out.put(moved, 0, moved.length - jumpBytes);
        yield jumpsBack;
      }
      case Refused(ProbeRefusal why, _, String text) ->
          throw new JitAllocException(
              why == ProbeRefusal.UNREACHABLE ? Reason.UNREACHABLE : Reason.INVALID_REQUEST, text);
    };
  }

  @Override
  public void jump(long target) {
    relative(0xe9, target);
  }

  private void relative(int opcode, long target) {
    out.put((byte) opcode);
    long distance = target - (at + out.position() + Integer.BYTES);
    if (distance != (int) distance) {
      throw new JitAllocException(
          Reason.UNREACHABLE,
          "a detour at 0x%x cannot reach 0x%x, %d bytes away".formatted(at, target, distance));
    }
    out.putInt((int) distance);
  }

  @Override
  public byte[] finish() {
    return Arrays.copyOf(out.array(), out.position());
  }
}
