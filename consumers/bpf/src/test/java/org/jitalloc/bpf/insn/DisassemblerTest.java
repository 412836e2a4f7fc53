package org.jitalloc.bpf.insn;

import static org.jitalloc.bpf.testing.Asm.program;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jitalloc.arch.bpf.BpfInsn;
import org.junit.jupiter.api.Test;

class DisassemblerTest {

  @Test
  void lines_eachForm_readsAsTheAssemblerOfLlvm() {
    var insns =
        program()
            .mov(0, -1)
            .insn(Op.ALU | Op.ADD | Op.X, 1, 2, 0, 0)
            .insn(Op.ALU64 | Op.DIV, 3, 0, 1, 7)
            .insn(Op.ALU64 | Op.MOV | Op.X, 3, 4, 16, 0)
            .insn(Op.ALU64 | Op.NEG, 5, 0, 0, 0)
            .insn(Op.ALU64 | Op.ARSH, 5, 0, 0, 3)
            .insn(Op.BE, 2, 0, 0, 16)
            .insn(Op.BSWAP, 2, 0, 0, 64)
            .constant(6, 0x1122334455667788L)
            .load(4, 1, 2, 8)
            .insn(Op.LDX | Op.MEMSX | 0x10, 1, 2, -8, 0)
            .insn(Op.ST | Op.MEM | 0x08, 10, 0, -2, 9)
            .store(8, 10, -16, 7)
            .atomic(8, 1, 0, 2, Op.ADD)
            .atomic(4, 1, 4, 2, Op.XOR | Op.FETCH)
            .atomic(4, 1, 4, 2, Op.CMPXCHG)
            .jump(3)
            .insn(Op.GOTOL, 0, 0, 0, -4)
            .insn(Op.JMP32 | Op.JSLE, 1, 0, -2, 5)
            .insn(Op.JMP | Op.JSET | Op.X, 1, 2, 2, 0)
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

  @Property
  void text_anyBits_makesSomeText(@ForAll long word) {
    assertFalse(Disassembler.textAndBytes(List.of(BpfInsn.decode(word)), 0).isBlank());
  }
}
