package org.jitalloc.bpf.insn;

import static org.jitalloc.bpf.testing.Asm.program;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;

class DisassemblerTest {

  @Test
  void lines_eachForm_readsAsTheAssemblerOfLlvm() {
    var insns =
        program()
            .mov(0, -1)
            .insn(BpfOp.ALU | BpfOp.ADD | BpfOp.X, 1, 2, 0, 0)
            .insn(BpfOp.ALU64 | BpfOp.DIV, 3, 0, 1, 7)
            .insn(BpfOp.ALU64 | BpfOp.MOV | BpfOp.X, 3, 4, 16, 0)
            .insn(BpfOp.ALU64 | BpfOp.NEG, 5, 0, 0, 0)
            .insn(BpfOp.ALU64 | BpfOp.ARSH, 5, 0, 0, 3)
            .insn(BpfOp.BE, 2, 0, 0, 16)
            .insn(BpfOp.BSWAP, 2, 0, 0, 64)
            .constant(6, 0x1122334455667788L)
            .load(4, 1, 2, 8)
            .insn(BpfOp.LDX | BpfOp.MEMSX | 0x10, 1, 2, -8, 0)
            .insn(BpfOp.ST | BpfOp.MEM | 0x08, 10, 0, -2, 9)
            .store(8, 10, -16, 7)
            .atomic(8, 1, 0, 2, BpfOp.ADD)
            .atomic(4, 1, 4, 2, BpfOp.XOR | BpfOp.FETCH)
            .atomic(4, 1, 4, 2, BpfOp.CMPXCHG)
            .jump(3)
            .insn(BpfOp.GOTOL, 0, 0, 0, -4)
            .insn(BpfOp.JMP32 | BpfOp.JSLE, 1, 0, -2, 5)
            .insn(BpfOp.JMP | BpfOp.JSET | BpfOp.X, 1, 2, 2, 0)
            .call(12)
            .callLocal(3)
            .callx(4)
            .exit()
            .insns();
    assertEquals(
        List.of(
            "r0 = -1",
            "w1 += w2",
            "r3 s/= 7",
            "r3 = (s16)r4",
            "r5 = -r5",
            "r5 s>>= 3",
            "r2 = be16 r2",
            "r2 = bswap64 r2",
            "r6 = 0x1122334455667788 ll",
            "",
            "r1 = *(u32 *)(r2 + 8)",
            "r1 = *(s8 *)(r2 - 8)",
            "*(u16 *)(r10 - 2) = 9",
            "*(u64 *)(r10 - 16) = r7",
            "lock *(u64 *)(r1 + 0) += r2",
            "w2 = atomic_fetch_xor((u32 *)(r1 + 4), w2)",
            "w0 = cmpxchg((u32 *)(r1 + 4), w0, w2)",
            "goto +3",
            "gotol -4",
            "if w1 s<= 5 goto -2",
            "if r1 & r2 goto +2",
            "call 12",
            "call local +3",
            "callx r4",
            "exit"),
        Disassembler.lines(insns));
  }

  @Seeded
  void text_anyBits_makesSomeText(RandomValues values) {
    long word = values.anyLong();
    assertFalse(Disassembler.textAndBytes(List.of(BpfInsn.decode(word)), 0).isBlank());
  }
}
