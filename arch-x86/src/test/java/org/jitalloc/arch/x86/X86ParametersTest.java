package org.jitalloc.arch.x86;

import org.jitalloc.arch.Arch;
import org.jitalloc.arch.tck.ParametersTck;

class X86ParametersTest extends ParametersTck {

  @Override
  protected Arch arch() {
    return new X86Arch();
  }
}
