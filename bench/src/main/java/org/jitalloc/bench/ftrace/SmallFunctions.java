package org.jitalloc.bench.ftrace;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TraceableText;

/**
 * Text of many small functions of x86-64, each with a call site, between two others: one that calls
 * the first of them in a loop, and one without a call site that it can call instead.
 */
public final class SmallFunctions implements TraceableText {
  private static final int STRIDE = 16;
  private static final HexFormat HEX = HexFormat.of();

  /** lea rax, [rdi + 1]; ret. */
  private static final byte[] BODY = HEX.parseHex("488d4701c3");

  /** nop (of 5 bytes). */
  private static final byte[] SITE = HEX.parseHex("0f1f440000");

  /** push rbx; mov rbx, rdi; again: call …; dec rbx; jnz again; pop rbx; ret. */
  private static final byte[] LOOP = HEX.parseHex("534889fbe80000000048ffcb75f65bc3");

  private static final int CALL_OFFSET = 5;
  private static final int CALL_END = 9;

  private final String owner;
  private final JitMemory memory;
  private final int count;

  /**
   * Creates forming text.
   *
   * @param allocator the allocator
   * @param owner the name of its owner
   * @param count the number of functions with a call site
   */
  public SmallFunctions(JitAllocator allocator, String owner, int count) {
    this.owner = owner;
    this.count = count;
    int bytes = (count + 1) * STRIDE + 2 * LOOP.length;
    ByteBuffer code = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      code.position(i * STRIDE).put(SITE).put(BODY);
    }
    code.position(count * STRIDE).put(BODY);
    loop(code, loopAt(true), 0);
    loop(code, loopAt(false), count * STRIDE);
    memory = allocator.allocate(AllocationRequest.of(ModMemType.TEXT, bytes).withAlignment(STRIDE));
    memory.write(0, code.array());
  }

  private int loopAt(boolean withSite) {
    return (count + 1) * STRIDE + (withSite ? 0 : LOOP.length);
  }

  private static void loop(ByteBuffer code, int at, int target) {
    code.position(at).put(LOOP);
    code.putInt(at + CALL_OFFSET, target - (at + CALL_END));
  }

  /**
   * Returns the function that calls as often as its argument.
   *
   * @param withSite whether it calls the first function, or the one without a call site
   * @return {@code void loop(long)}
   */
  public MethodHandle loop(boolean withSite) {
    return memory.function(loopAt(withSite), FunctionDescriptor.ofVoid(JAVA_LONG));
  }

  /**
   * {@return the address of a function, which begins with its call site}
   *
   * @param index the index of the function
   */
  public long entry(int index) {
    return memory.address() + (long) index * STRIDE;
  }

  @Override
  public String owner() {
    return owner;
  }

  @Override
  public JitMemory memory() {
    return memory;
  }

  @Override
  public byte[] callSites() {
    ByteBuffer table = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    // From the last to the first: the worst order for sorting.
    for (int i = count - 1; i >= 0; i--) {
      table.putLong(memory.address() + (long) i * STRIDE);
    }
    return table.array();
  }

  @Override
  public List<TextFunction> functions() {
    return IntStream.range(0, count)
        .mapToObj(i -> new TextFunction("f" + i, (long) i * STRIDE, SITE.length + BODY.length))
        .toList();
  }
}
