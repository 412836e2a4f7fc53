package org.jitalloc.arch.x86.probe;

import java.util.List;
import java.util.Set;
import org.jitalloc.arch.tck.ProbesTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.arch.x86.X86Tools;

class X86ProbesTest extends ProbesTck {
  @Override
  protected ProbeCodec probes() {
    return new X86Probes();
  }

  @Override
  protected String stackPointer() {
    return "rsp";
  }

  @Override
  protected Toolchain toolchain() {
    return X86Tools.GNU;
  }

  @Override
  protected String call(int id) {
    return "{disp32} lea rsp,[rsp-128]; pushfq; .byte 0x68; .long %d; call @0x8000;".formatted(id)
        + " {disp32} lea rsp,[rsp+8]; popfq; {disp32} lea rsp,[rsp+128];";
  }

  @Override
  protected Counting counting(Set<String> features) {
    boolean lahf = features.contains("lahf_lm");
    return new Counting(
        "{disp32} lea rsp,[rsp-128]; push rax; push rcx;" + (lahf ? "lahf; seto al;" : "pushfq;"),
        "movabs rcx,%d; lock inc qword ptr [rcx];"::formatted,
        (lahf ? "add al,127; sahf;" : "popfq;") + "pop rcx; pop rax; {disp32} lea rsp,[rsp+128];");
  }

  @Override
  protected String returnPlace() {
    return "nop dword ptr [rax+0x6a]; {disp32} lea rsp,[rsp-8]; " + call(0) + "ret";
  }

  @Override
  protected List<Move> moves() {
    return List.of(
        new Move("nop", "nop; {disp32} jmp @0x1001"),
        new Move("add rax,rbx", "add rax,rbx; {disp32} jmp @0x1003"),
        new Move("mov rax,[rip+0x100]", "mov rax,@0x1107[rip]; {disp32} jmp @0x1007"),
        new Move("ret", "ret"),
        new Move("jmp rax", "jmp rax"),
        new Move("{disp8} jmp @0x1040", "{disp32} jmp @0x1040"),
        new Move("jne @0x1040", "{disp32} jne @0x1040; {disp32} jmp @0x1002"),
        new Move("loop @0x1040", "loop .+7; {disp32} jmp @0x1002; {disp32} jmp @0x1040"),
        new Move("call @0x2000", "push [rip+5]; {disp32} jmp @0x2000; .quad 0x1005"),
        new Move("call rax", "push [rip+2]; jmp rax; .quad 0x1002"),
        new Move("syscall", "syscall; movabs rcx,0x1002; {disp32} jmp @0x1002"));
  }

  @Override
  protected List<String> refused() {
    return List.of("int3", "ud2", "iretq", "mov ss,eax", "call rsp", "sysenter", "vmcall");
  }

  @Override
  protected List<String> allowed() {
    return List.of("nop", "ret", "push rbp", "vaddps ymm0,ymm1,ymm2", "lock xadd [rax],rbx");
  }

  /** FWAIT and prefixes are instructions of their own for some; the decoder's tests have them. */
  @Override
  protected boolean isComparable(byte[] code) {
    int first = code[0] & 0xff;
    boolean isRex = (first & 0xf0) == 0x40;
    return switch (first) {
      case 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0x9b, 0xf0, 0xf2, 0xf3 -> false;
      default -> !isRex;
    };
  }

  @Override
  protected String function() {
    return "push rbp; mov rbp,rsp; sub rsp,0x1000; movabs rax,0x1122334455667788; call @0x2000;"
        + " vmovups ymm0,[rax]; leave; ret";
  }

  @Override
  protected Set<String> optionalFeatures() {
    return Set.of("xsave", "xsavec", "xgetbv1", "avx", "avx512f", "avx512bw", "lahf_lm");
  }

  @Override
  protected List<String> marks(Set<String> features) {
    return features.contains("xsavec")
        ? List.of(
            "xgetbv",
            "vzeroupper",
            "PTR [rsp+0x70],xmm0",
            "PTR [rsp+0x160],xmm15",
            "PTR [rsp+0x170],zmm16",
            "PTR [rsp+0x530],zmm31",
            "kmovq  QWORD PTR [rsp+0x570],k0",
            "kmovq  k7,QWORD PTR [rsp+0x5a8]",
            "xsavec64",
            "xrstor64")
        : List.of("fxsave64", "fxrstor64");
  }
}
