package org.jitalloc.arch.s390.asm;

/** Operations on a register and memory, by their mnemonics: format RXY. */
public enum MemOp {
  LTG(0xe302),
  LG(0xe304),
  AG(0xe308),
  SG(0xe309),
  LRVG(0xe30f),
  LGF(0xe314),
  LGH(0xe315),
  LLGF(0xe316),
  LRV(0xe31e),
  LRVH(0xe31f),
  CG(0xe320),
  CLG(0xe321),
  STG(0xe324),
  STRVG(0xe32f),
  STRV(0xe33e),
  STRVH(0xe33f),
  STY(0xe350),
  LY(0xe358),
  STHY(0xe370),
  LAY(0xe371),
  STCY(0xe372),
  LGB(0xe377),
  LLGC(0xe390),
  LLGH(0xe391);

  final int opcode;

  MemOp(int opcode) {
    this.opcode = opcode;
  }
}
