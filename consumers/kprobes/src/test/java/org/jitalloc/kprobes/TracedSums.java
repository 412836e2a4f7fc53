package org.jitalloc.kprobes;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TraceableText;

/** Functions {@code sum0} and on, {@code long f(long, long)}, each with a call site; live. */
final class TracedSums implements TraceableText {
  /** A call site as tracers leave it when nothing is traced, then the sum of two numbers. */
  private record Code(String hex, int siteOffset, int siteBytes, String result) {}

  private static final Map<String, Code> CODES =
      Map.of(
          // nop (of 5 bytes); lea rax, [rdi + rsi]; ret
          "amd64", new Code("0f1f440000488d0437c3", 0, 5, "rax"),
          // mov x9, x30; nop; add x0, x0, x1; ret
          "arm64", new Code("e9031eaa1f2003d50000018bc0035fd6", 4, 4, "x0"),
          // brcl 0,.; lay %r2,0(%r2,%r3); br %r14
          "s390x", new Code("c00400000000e3223000007107fe", 0, 6, "r2"));

  private static final int APART = 64;

  private final JitAllocator allocator;
  private final int count;
  private final Code code;
  private final JitMemory memory;

  TracedSums(JitAllocator allocator, int count) {
    this.allocator = allocator;
    this.count = count;
    Code here = CODES.get(allocator.target().arch());
    if (here == null) {
      throw new AssertionError("write the code for " + allocator.target().arch());
    }
    code = here;
    memory =
        allocator.allocate(
            AllocationRequest.of(ModMemType.TEXT, (long) count * APART).withAlignment(APART));
    for (int i = 0; i < count; i++) {
      memory.write((long) i * APART, HexFormat.of().parseHex(code.hex()));
    }
    memory.publish();
  }

  /** Where a function is in the memory. */
  long offset(int index) {
    return (long) index * APART;
  }

  /** The address of the instruction that calls the tracer. */
  long site(int index) {
    return memory.address() + offset(index) + code.siteOffset();
  }

  int siteBytes() {
    return code.siteBytes();
  }

  /** Whether functions begin with it. */
  boolean sitesAreFirst() {
    return code.siteOffset() == 0;
  }

  /** The register of the result. */
  String result() {
    return code.result();
  }

  @Override
  public String owner() {
    return "";
  }

  @Override
  public JitMemory memory() {
    return memory;
  }

  @Override
  public byte[] callSites() {
    var table = ByteBuffer.allocate(count * Long.BYTES).order(allocator.target().byteOrder());
    for (int i = 0; i < count; i++) {
      table.putLong(memory.address() + offset(i));
    }
    return table.array();
  }

  @Override
  public List<TextFunction> functions() {
    return IntStream.range(0, count)
        .mapToObj(i -> new TextFunction("sum" + i, offset(i), code.hex().length() / 2))
        .toList();
  }
}
