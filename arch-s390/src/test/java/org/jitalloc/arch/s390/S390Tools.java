package org.jitalloc.arch.s390;

import java.util.List;
import org.jitalloc.arch.tck.tool.GnuToolchain;
import org.jitalloc.arch.tck.tool.Toolchain;

/** GNU's tools for this architecture. */
public final class S390Tools {
  public static final Toolchain GNU =
      new GnuToolchain(
          "s390x-linux-gnu-", "", List.of("-m64", "-march=z16"), List.of("-m", "s390:64-bit"));

  private S390Tools() {}
}
