package org.jitalloc.arch.x86.asm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import org.jitalloc.arch.support.asm.Label;

/**
 * Saves the vector registers, the x87 registers and MXCSR on the stack around a call of code that
 * may change all of them, and restores them. Uses RAX, RCX and RDX.
 */
public final class VectorState {
  /*
   * XSAVEC and XRSTOR take 160 ns together on a recent server processor; XGETBV, which returns the
   * components in use, takes 14 ns. If x87 and the upper halves of the first 16 registers are not
   * in use, as in code of the JVM and in C code outside of vector loops, the rest is stored and
   * loaded by plain moves: the lower halves, and with AVX-512 the other 16 registers and the masks.
   * VZEROUPPER restores the upper halves, which were zero. The callee preserves MXCSR. Else XSAVEC
   * (which skips unused components), XSAVE or FXSAVE is used, by the features of the processor.
   */
  /** The size of the save area in bytes for every processor. */
  public static final int BYTES = 2816;

  /** The alignment of the save area in bytes. */
  public static final int ALIGN_BYTES = 64;

  /**
   * x87, SSE, AVX, AVX-512; not protection keys and tiles, which are not part of the calling
   * convention.
   */
  private static final int COMPONENTS = 0xe7;

  /** x87, the upper halves of AVX and of AVX-512. */
  private static final int SELDOM = 0x45;

  private static final int HEADER_OFFSET = 512;
  private static final int HEADER_BYTES = 64;

  private static final int FXSAVE = 0xae_00;
  private static final int FXRSTOR = 0xae_08;
  private static final int XSAVE = 0xae_20;
  private static final int XRSTOR = 0xae_28;
  private static final int XSAVEC = 0xc7_20;

  private static final byte[] XGETBV = {0x0f, 0x01, (byte) 0xd0};
  private static final byte[] VZEROUPPER = {(byte) 0xc5, (byte) 0xf8, 0x77};

  private static final int REGISTERS = 16;
  private static final int MASKS = 8;
  private static final int XMM_BYTES = 16;
  private static final int ZMM_BYTES = 64;
  private static final int ZMM_OFFSET = REGISTERS * XMM_BYTES;
  private static final int MASK_OFFSET = ZMM_OFFSET + REGISTERS * ZMM_BYTES;

  private final Assembler asm;
  private final int offset;
  private final int flag;
  private final Set<String> features;

  /**
   * Creates the emitter.
   *
   * @param asm the assembler
   * @param offset the offset of {@link #BYTES} aligned bytes from RSP
   * @param flag the offset of 8 bytes from RSP, which are preserved from the save to the restore
   * @param features the features of the processor
   */
  public VectorState(Assembler asm, int offset, int flag, Set<String> features) {
    this.asm = asm;
    this.offset = offset;
    this.flag = flag;
    this.features = features;
  }

  private boolean has(String feature) {
    return features.contains(feature);
  }

  private boolean canAsk() {
    return has("xgetbv1") && has("xsavec") && has("avx") && (!has("avx512f") || has("avx512bw"));
  }

  /** Emits the save. */
  public void save() {
    if (!canAsk()) {
      saveWhole();
      return;
    }
    var whole = new Label();
    var done = new Label();
    asm.movImm(Reg.RCX, 1);
    asm.raw(XGETBV);
    asm.alu(AluOp.AND, Width.B4, Reg.RAX, SELDOM);
    asm.store(Width.B8, Mem.at(Reg.RSP, flag), Reg.RAX);
    asm.jump(Cond.NE, whole);
    move(true);
    asm.jump(done);
    asm.bind(whole);
    saveWhole();
    asm.bind(done);
  }

  /** Emits the restore. */
  public void restore() {
    if (!canAsk()) {
      restoreWhole();
      return;
    }
    var whole = new Label();
    var done = new Label();
    asm.load(Width.B8, Reg.RAX, Mem.at(Reg.RSP, flag));
    asm.test(Width.B8, Reg.RAX, Reg.RAX);
    asm.jump(Cond.NE, whole);
    asm.raw(VZEROUPPER);
    move(false);
    asm.jump(done);
    asm.bind(whole);
    restoreWhole();
    asm.bind(done);
  }

  /** Emits the stores or loads of the components that are usually in use. */
  private void move(boolean store) {
    for (int i = 0; i < REGISTERS; i++) {
      lower(store, i);
    }
    if (has("avx512f")) {
      for (int i = 0; i < REGISTERS; i++) {
        whole(store, REGISTERS + i);
      }
      for (int i = 0; i < MASKS; i++) {
        mask(store, i);
      }
    }
  }

  /** movups. */
  private void lower(boolean store, int register) {
    var code = code();
    if (register >= 8) {
      code.put((byte) 0x44);
    }
    code.put((byte) 0x0f).put((byte) (store ? 0x11 : 0x10));
    place(code, register, register * XMM_BYTES);
  }

  /** vmovups of 64 bytes: EVEX, whose R and R' are the inverted upper bits of the register. */
  private void whole(boolean store, int register) {
    int upper = ((register & 8) == 0 ? 0x80 : 0) | ((register & 16) == 0 ? 0x10 : 0);
    var code = code();
    code.put((byte) 0x62).put((byte) (0x61 | upper)).put((byte) 0x7c).put((byte) 0x48);
    code.put((byte) (store ? 0x11 : 0x10));
    place(code, register, ZMM_OFFSET + (register - REGISTERS) * ZMM_BYTES);
  }

  /** kmovq. */
  private void mask(boolean store, int register) {
    var code = code();
    code.put((byte) 0xc4).put((byte) 0xe1).put((byte) 0xf8);
    code.put((byte) (store ? 0x91 : 0x90));
    place(code, register, MASK_OFFSET + register * Long.BYTES);
  }

  private static ByteBuffer code() {
    return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The operands: a register or an opcode extension, and [rsp + offset + at]. */
  private void place(ByteBuffer code, int register, int at) {
    code.put((byte) (0x84 | (register & 7) << 3)).put((byte) 0x24).putInt(offset + at);
    var bytes = new byte[code.position()];
    code.get(0, bytes);
    asm.raw(bytes);
  }

  private void saveWhole() {
    if (!has("xsave")) {
      state(FXSAVE);
      return;
    }
    asm.movImm(Reg.RAX, 0);
    for (int at = 0; at < HEADER_BYTES; at += Long.BYTES) {
      asm.store(Width.B8, Mem.at(Reg.RSP, offset + HEADER_OFFSET + at), Reg.RAX);
    }
    components();
    state(has("xsavec") ? XSAVEC : XSAVE);
  }

  private void restoreWhole() {
    if (has("xsave")) {
      components();
      state(XRSTOR);
    } else {
      state(FXRSTOR);
    }
  }

  private void components() {
    asm.movImm(Reg.RAX, COMPONENTS);
    asm.movImm(Reg.RDX, 0);
  }

  /** REX.W 0F opcode /field. */
  private void state(int opcodeAndField) {
    var code = code();
    code.put((byte) 0x48).put((byte) 0x0f).put((byte) (opcodeAndField >> 8));
    place(code, opcodeAndField >> 3 & 7, 0);
  }
}
