package org.jitalloc.arch.arm64;

import org.jitalloc.arch.Arch;
import org.jitalloc.arch.tck.ParametersTck;

class Arm64ParametersTest extends ParametersTck {

  @Override
  protected Arch arch() {
    return new Arm64Arch();
  }
}
