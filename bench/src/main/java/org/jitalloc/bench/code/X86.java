package org.jitalloc.bench.code;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;

/** Small functions of x86-64, in the C calling convention of Linux. */
public final class X86 {
  private static final int MOV_EAX = 0xb8;
  private static final int RET = 0xc3;

  private X86() {}

  /**
   * Refuses machines of another architecture.
   *
   * @param allocator the allocator of this machine
   * @throws JitAllocException UNSUPPORTED if this is not x86-64
   */
  public static void require(JitAllocator allocator) {
    if (!allocator.target().arch().equals("amd64")) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "this benchmark runs machine code of x86-64 and this is " + allocator.target().arch());
    }
  }

  /**
   * Creates a published function.
   *
   * @param allocator the allocator
   * @param code its bytes
   * @return its memory
   */
  public static JitMemory place(JitAllocator allocator, byte[] code) {
    JitMemory memory = allocator.allocate(ModMemType.TEXT, code.length);
    memory.write(0, code);
    return memory.publish();
  }

  /** {@return {@code int add(int, int)}} */
  public static byte[] add() {
    return HexFormat.of().parseHex("8d0437c3"); // lea eax, [rdi + rsi]; ret
  }

  /**
   * Returns a function that returns a constant.
   *
   * @param value the result of {@code int f()}
   * @return its bytes
   */
  public static byte[] constant(int value) {
    return ByteBuffer.allocate(6)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) MOV_EAX)
        .putInt(value)
        .put((byte) RET)
        .array();
  }

  /**
   * Returns a function that calls functions without arguments: {@code long callAll(int
   * (**functions)(void), long count)} returns the sum of their results.
   *
   * @return its bytes
   */
  public static byte[] callAll() {
    return HexFormat.of()
        .parseHex(
            "53" // push rbx
                + "4154" // push r12
                + "4155" // push r13
                + "4889fb" // mov rbx, rdi
                + "4c8d24f7" // lea r12, [rdi + 8 * rsi]
                + "4531ed" // xor r13d, r13d
                + "ff13" // again: call [rbx]
                + "4901c5" // add r13, rax
                + "4883c308" // add rbx, 8
                + "4c39e3" // cmp rbx, r12
                + "72f2" // jb again
                + "4c89e8" // mov rax, r13
                + "415d" // pop r13
                + "415c" // pop r12
                + "5b" // pop rbx
                + "c3"); // ret
  }
}
