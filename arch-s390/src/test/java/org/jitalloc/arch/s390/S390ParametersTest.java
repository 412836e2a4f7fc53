package org.jitalloc.arch.s390;

import org.jitalloc.arch.Arch;
import org.jitalloc.arch.tck.ParametersTck;

class S390ParametersTest extends ParametersTck {

  @Override
  protected Arch arch() {
    return new S390Arch();
  }
}
