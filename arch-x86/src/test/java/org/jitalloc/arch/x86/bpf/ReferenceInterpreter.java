package org.jitalloc.arch.x86.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.tck.RandomProgram;
import org.jspecify.annotations.Nullable;

/**
 * BPF as RFC 9669 and BpfFrame describe it, written for being evident: what compiled programs are
 * compared with.
 */
final class ReferenceInterpreter {
  private final List<BpfInsn> insns;
  private final byte[] memory;
  private final byte[] stack = new byte[BpfHarness.STACK_BYTES];
  private final long[] r = new long[11];
  private long status = BpfFrame.RUNNING;
  private long result;
  private long failedInsn;
  private long failedAddress;

  ReferenceInterpreter(List<BpfInsn> insns, byte[] memory) {
    this.insns = insns;
    this.memory = memory.clone();
  }

  BpfHarness.Outcome run() {
    r[1] = memory.length == 0 ? 0 : BpfHarness.MEMORY;
    r[2] = memory.length;
    r[10] = BpfHarness.STACK + BpfHarness.STACK_BYTES;
    call(0);
    long r0 = status == BpfFrame.RUNNING ? r[0] : result;
    return new BpfHarness.Outcome(r0, status, failedInsn, failedAddress, 0, memory, stack);
  }

  private void call(int at) {
    while (true) {
      var i = insns.get(at);
      int next = at + 1;
      switch (i.insnClass()) {
        case 0 -> {
          r[i.dst()] = (long) insns.get(next).imm() << 32 | i.imm() & 0xffffffffL;
          next++;
        }
        case 1, 2, 3 -> access(at, i);
        case 4 -> {
          // The byte order operations of this class give up to 64 bits.
          boolean end = i.opcode() >> 4 == 0xd;
          r[i.dst()] = end ? alu(i, 32) : alu(i, 32) & 0xffffffffL;
        }
        case 7 -> r[i.dst()] = alu(i, 64);
        default -> {
          if (i.opcode() == 0x95) {
            return;
          }
          next = jump(at, i);
        }
      }
      if (status != BpfFrame.RUNNING) {
        return;
      }
      at = next;
    }
  }

  private int jump(int at, BpfInsn i) {
    int next = at + 1;
    if (i.opcode() == 0x05) {
      return next + i.offset();
    }
    if (i.opcode() == 0x06) {
      return next + i.imm();
    }
    if (i.opcode() == 0x85 && i.src() == 1) {
      long[] saved = Arrays.copyOfRange(r, 6, 11);
      r[10] -= BpfFrame.STACK_BYTES;
      call(next + i.imm());
      System.arraycopy(saved, 0, r, 6, saved.length);
      Arrays.fill(r, 1, 6, 0);
      return next;
    }
    if (i.opcode() == 0x85) {
      return helper(at, i.imm(), next);
    }
    if (i.opcode() == 0x8d) {
      return helper(at, r[i.dst()], next);
    }
    return holds(i) ? next + i.offset() : next;
  }

  private int helper(int at, long number, int next) {
    if (number != (int) number || !RandomProgram.HELPERS.contains((int) number)) {
      status = BpfFrame.BAD_HELPER;
      failedInsn = at;
      failedAddress = number;
      return next;
    }
    if (number == RandomProgram.GATHER) {
      r[0] =
          (r[1] & 255) << 32
              | (r[2] & 255) << 24
              | (r[3] & 255) << 16
              | (r[4] & 255) << 8
              | r[5] & 255;
    } else if (number == RandomProgram.END || number == RandomProgram.UNWIND && r[1] == 0) {
      status = BpfFrame.EXITED;
      result = r[1];
    } else if (number == RandomProgram.UNWIND) {
      r[0] = r[1];
    } else {
      r[0] = 0;
    }
    Arrays.fill(r, 1, 6, 0);
    return next;
  }

  private boolean holds(BpfInsn i) {
    boolean wide = i.insnClass() == 5;
    long a = r[i.dst()];
    long b = (i.opcode() & 8) != 0 ? r[i.src()] : i.imm();
    if (!wide) {
      a = lower(a);
      b = lower(b);
    }
    int unsigned = Long.compareUnsigned(a, b);
    return switch (i.opcode() >> 4) {
      case 1 -> a == b;
      case 2 -> unsigned > 0;
      case 3 -> unsigned >= 0;
      case 4 -> (a & b) != 0;
      case 5 -> a != b;
      case 6 -> a > b;
      case 7 -> a >= b;
      case 0xa -> unsigned < 0;
      case 0xb -> unsigned <= 0;
      case 0xc -> a < b;
      case 0xd -> a <= b;
      default -> throw new AssertionError(i);
    };
  }

  private long alu(BpfInsn i, int bits) {
    boolean wide = bits == 64;
    long a = wide ? r[i.dst()] : lower(r[i.dst()]);
    long b = (i.opcode() & 8) != 0 ? r[i.src()] : i.imm();
    if (!wide) {
      b = lower(b);
    }
    long ua = wide ? a : a & 0xffffffffL;
    long ub = wide ? b : b & 0xffffffffL;
    int count = (int) b & bits - 1;
    return switch (i.opcode() >> 4) {
      case 0 -> a + b;
      case 1 -> a - b;
      case 2 -> a * b;
      case 3 -> i.offset() == 1 ? (b == 0 ? 0 : a / b) : b == 0 ? 0 : Long.divideUnsigned(ua, ub);
      case 4 -> a | b;
      case 5 -> a & b;
      case 6 -> a << count;
      case 7 -> ua >>> count;
      case 8 -> -a;
      case 9 ->
          i.offset() == 1 ? (b == 0 ? a : a % b) : b == 0 ? a : Long.remainderUnsigned(ua, ub);
      case 0xa -> a ^ b;
      case 0xb -> extend(b, i.offset());
      case 0xc -> a >> count;
      case 0xd -> swap(r[i.dst()], i.imm(), wide || (i.opcode() & 8) != 0);
      default -> throw new AssertionError(i);
    };
  }

  /** The lower half with its sign. */
  private static long lower(long value) {
    return (int) value;
  }

  private static long extend(long value, int bits) {
    return bits == 0 ? value : value << 64 - bits >> 64 - bits;
  }

  private static long swap(long value, int bits, boolean swap) {
    long swapped = swap ? Long.reverseBytes(value) >>> 64 - bits : value;
    return bits == 64 ? swapped : swapped & (1L << bits) - 1;
  }

  private void access(int at, BpfInsn i) {
    int bytes = new int[] {4, 2, 1, 8}[i.opcode() >> 3 & 3];
    int base = i.insnClass() == 1 ? i.src() : i.dst();
    long address = r[base] + i.offset();
    var region = region(address, bytes);
    boolean atomic = i.insnClass() == 3 && (i.opcode() & 0xe0) == 0xc0;
    if (region == null || atomic && address % bytes != 0) {
      status = BpfFrame.FAULT;
      failedInsn = at;
      failedAddress = address;
      return;
    }
    var buffer = ByteBuffer.wrap(region.bytes).order(ByteOrder.LITTLE_ENDIAN);
    int offset = (int) (address - region.start);
    int mode = i.opcode() & 0xe0;
    switch (i.insnClass()) {
      case 1 -> {
        long value = get(buffer, offset, bytes);
        r[i.dst()] = mode == 0x80 ? extend(value, bytes * 8) : value;
      }
      case 2 -> put(buffer, offset, bytes, i.imm());
      default -> {
        if (mode == 0xc0) {
          atomic(i, buffer, offset, bytes);
        } else {
          put(buffer, offset, bytes, r[i.src()]);
        }
      }
    }
  }

  private void atomic(BpfInsn i, ByteBuffer buffer, int offset, int bytes) {
    long old = get(buffer, offset, bytes);
    long src = r[i.src()];
    if (i.imm() == 0xf1) {
      long expected = bytes == 8 ? r[0] : r[0] & 0xffffffffL;
      if (old == expected) {
        put(buffer, offset, bytes, src);
      }
      r[0] = old;
      return;
    }
    long value =
        switch (i.imm() & 0xf0) {
          case 0x00 -> old + src;
          case 0x40 -> old | src;
          case 0x50 -> old & src;
          case 0xa0 -> old ^ src;
          default -> src;
        };
    put(buffer, offset, bytes, value);
    if ((i.imm() & 1) != 0) {
      r[i.src()] = old;
    }
  }

  private record Region(byte[] bytes, long start) {}

  private @Nullable Region region(long address, int bytes) {
    if (within(address - r1Start(), memory.length, bytes)) {
      return new Region(memory, r1Start());
    }
    return within(address - BpfHarness.STACK, stack.length, bytes)
        ? new Region(stack, BpfHarness.STACK)
        : null;
  }

  private long r1Start() {
    return memory.length == 0 ? 0 : BpfHarness.MEMORY;
  }

  private static boolean within(long offset, int length, int bytes) {
    return offset >= 0 && offset <= length - bytes;
  }

  private static long get(ByteBuffer b, int offset, int bytes) {
    return switch (bytes) {
      case 1 -> b.get(offset) & 0xffL;
      case 2 -> b.getShort(offset) & 0xffffL;
      case 4 -> b.getInt(offset) & 0xffffffffL;
      default -> b.getLong(offset);
    };
  }

  private static void put(ByteBuffer b, int offset, int bytes, long value) {
    switch (bytes) {
      case 1 -> b.put(offset, (byte) value);
      case 2 -> b.putShort(offset, (short) value);
      case 4 -> b.putInt(offset, (int) value);
      default -> b.putLong(offset, value);
    }
  }
}
