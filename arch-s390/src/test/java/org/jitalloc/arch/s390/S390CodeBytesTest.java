package org.jitalloc.arch.s390;

import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.CodeBytesTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.tck.tool.Toolchain.Decoded;

class S390CodeBytesTest extends CodeBytesTck {

  @Override
  protected Arch arch() {
    return new S390Arch();
  }

  @Override
  protected TextPoke poke() {
    return new S390TextPoke();
  }

  @Override
  protected Toolchain toolchain() {
    return S390Tools.GNU;
  }

  @Override
  protected boolean traps(Decoded instruction) {
    return instruction.text().matches("\\.(long|short) 0x0+");
  }
}
