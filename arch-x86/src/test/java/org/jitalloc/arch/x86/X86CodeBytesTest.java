package org.jitalloc.arch.x86;

import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.CodeBytesTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.tck.tool.Toolchain.Decoded;

class X86CodeBytesTest extends CodeBytesTck {

  @Override
  protected Arch arch() {
    return new X86Arch();
  }

  @Override
  protected TextPoke poke() {
    return new X86TextPoke();
  }

  @Override
  protected Toolchain toolchain() {
    return X86Tools.GNU;
  }

  @Override
  protected boolean traps(Decoded instruction) {
    return instruction.text().equals("int3");
  }
}
