package org.jitalloc.arch.x86;

import java.util.List;
import org.jitalloc.arch.tck.tool.GnuToolchain;
import org.jitalloc.arch.tck.tool.Toolchain;

/** GNU's tools for this architecture. */
public final class X86Tools {
  public static final Toolchain GNU =
      new GnuToolchain(
          "",
          ".intel_syntax noprefix\n.text\n",
          List.of("--64"),
          List.of("-m", "i386:x86-64", "-M", "intel"));

  private X86Tools() {}
}
