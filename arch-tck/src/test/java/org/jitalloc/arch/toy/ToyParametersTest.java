package org.jitalloc.arch.toy;

import org.jitalloc.arch.Arch;
import org.jitalloc.arch.tck.ParametersTck;

class ToyParametersTest extends ParametersTck {

  @Override
  protected Arch arch() {
    return new ToyArch();
  }
}
