package org.jitalloc.arch.arm64;

import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.CodeBytesTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.tck.tool.Toolchain.Decoded;

class Arm64CodeBytesTest extends CodeBytesTck {

  @Override
  protected Arch arch() {
    return new Arm64Arch();
  }

  @Override
  protected TextPoke poke() {
    return new Arm64TextPoke();
  }

  @Override
  protected Toolchain toolchain() {
    return Arm64Tools.GNU;
  }

  @Override
  protected boolean traps(Decoded instruction) {
    return instruction.text().equals("brk #0x100");
  }
}
