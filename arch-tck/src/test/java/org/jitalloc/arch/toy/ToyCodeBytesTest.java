package org.jitalloc.arch.toy;

import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.CodeBytesTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.tck.tool.Toolchain.Decoded;

class ToyCodeBytesTest extends CodeBytesTck {

  @Override
  protected Arch arch() {
    return new ToyArch();
  }

  @Override
  protected TextPoke poke() {
    return new ToyTextPoke();
  }

  @Override
  protected Toolchain toolchain() {
    return new ToyTools();
  }

  @Override
  protected boolean traps(Decoded instruction) {
    return instruction.text().startsWith("trap ");
  }
}
