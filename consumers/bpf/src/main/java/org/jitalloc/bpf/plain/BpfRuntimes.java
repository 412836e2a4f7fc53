package org.jitalloc.bpf.plain;

import java.util.List;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.bpf.BpfHelper;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.bpf.run.LocalRuntime;
import org.jitalloc.support.TextPublisher;

/**
 * Makes runtimes for programs without an OSGi framework. {@link java.util.ServiceLoader} finds the
 * code generators ({@code META-INF/services/org.jitalloc.arch.bpf.BpfCodeGenerator}) on the class
 * path.
 */
public final class BpfRuntimes {

  private BpfRuntimes() {}

  /**
   * Makes a runtime on the allocator of this process, with the helpers that are on the class path
   * and without unchecked programs.
   *
   * @return a new runtime
   * @throws org.jitalloc.JitAllocException UNSUPPORTED if there is no allocator for this machine
   */
  public static BpfRuntime host() {
    List<BpfHelper> helpers =
        ServiceLoader.load(BpfHelper.class, BpfRuntimes.class.getClassLoader()).stream()
            .map(Provider::get)
            .toList();
    return of(JitAlloc.host(), helpers, false);
  }

  /**
   * Makes a runtime.
   *
   * @param allocator gives memory for code; of a host target
   * @param helpers what programs can call, each number once
   * @param allowUnchecked whether programs may be loaded {@linkplain
   *     BpfLoadOptions.MemoryChecks#UNCHECKED unchecked}
   * @return a new runtime
   * @throws IllegalArgumentException if two helpers have the same number
   */
  public static BpfRuntime of(
      JitAllocator allocator, List<? extends BpfHelper> helpers, boolean allowUnchecked) {
    var runtime = new LocalRuntime(allocator, allowUnchecked, TextPublisher.NOBODY);
    ServiceLoader.load(BpfCodeGenerator.class, BpfRuntimes.class.getClassLoader())
        .forEach(runtime::add);
    helpers.forEach(runtime::addOnly);
    return runtime;
  }
}
