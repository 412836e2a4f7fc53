package org.jitalloc.arch.x86;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.JitAllocParams;
import org.jitalloc.arch.PageProtection;
import org.osgi.service.component.annotations.Component;

/** x86-64: four-level page tables, direct calls that reach 2 GiB, coherent instruction caches. */
@Component(property = "jit.arch=amd64")
public final class X86Arch implements Arch {
  /** The value of {@code jit.arch}. */
  public static final String NAME = "amd64";

  /**
   * The alignment of functions and of the largest scalar types (long double, SSE vectors) in the
   * ABI. The kernel aligns to pages (MODULE_ALIGN), because each of its allocations has separate
   * page protections; here allocations share pages.
   */
  private static final long ALIGN_BYTES = 16;

  private static final byte INT3 = (byte) 0xcc;
  private static final byte MOV_EAX = (byte) 0xb8;
  private static final byte RET = (byte) 0xc3;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<String> osArchNames() {
    return Set.of("amd64", "x86_64");
  }

  @Override
  public ByteOrder byteOrder() {
    return ByteOrder.LITTLE_ENDIAN;
  }

  @Override
  public int instructionAlignBytes() {
    return 1;
  }

  @Override
  public JitAllocParams params(AddressSpaceLayout layout, ModMemType type, Purpose purpose) {
    AddressRange range =
        switch (layout) {
          case AddressSpaceLayout.Process process -> process.window();
          case AddressSpaceLayout.Kernel kernel -> KernelLayout.modules(kernel);
        };
    return new JitAllocParams(range, null, PageProtection.of(type), ALIGN_BYTES);
  }

  @Override
  public AddressSpaceLayout.Kernel defaultKernel(boolean kaslr, long seed) {
    return KernelLayout.usual(kaslr, seed);
  }

  @Override
  public long directCallReachBytes() {
    return 1L << 31;
  }

  @Override
  public byte[] trapFill() {
    return new byte[] {INT3};
  }

  @Override
  public byte[] returnConstant(int value) {
    return new byte[] {MOV_EAX, (byte) value, 0, 0, 0, RET};
  }

  @Override
  public Optional<byte[]> cacheFlush() {
    return Optional.empty();
  }
}
