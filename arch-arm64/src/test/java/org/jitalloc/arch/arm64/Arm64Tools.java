package org.jitalloc.arch.arm64;

import java.util.List;
import org.jitalloc.arch.tck.tool.GnuToolchain;
import org.jitalloc.arch.tck.tool.Toolchain;

/** GNU's tools for this architecture. */
public final class Arm64Tools {
  public static final Toolchain GNU =
      new GnuToolchain(
          "aarch64-linux-gnu-", ".arch armv8.1-a\n", List.of(), List.of("-m", "aarch64"));

  private Arm64Tools() {}
}
