package org.jitalloc.bpf.testing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jitalloc.bpf.BpfCall;
import org.jitalloc.bpf.BpfHelper;

/** A helper by a lambda, and those that the vectors call. */
public record Helper(int id, String name, Body body) implements BpfHelper {

  /** What it does. */
  public interface Body {
    long call(BpfCall call, long[] r) throws Exception;
  }

  /** The helpers of the vectors. */
  public static final List<Helper> OF_VECTORS =
      List.of(
          new Helper(0, "gather", (_, r) -> gather(r)),
          new Helper(1, "frob", (call, r) -> frob(call.memory(r[1], r[2]))),
          new Helper(2, "nothing", (_, _) -> 0),
          new Helper(3, "root", (_, r) -> (long) Math.sqrt(r[1])),
          new Helper(
              4, "compare", (call, r) -> call.string(r[1], 255).compareTo(call.string(r[2], 255))),
          new Helper(5, "exit-if-zero", Helper::exitIfZero));

  @Override
  public long call(BpfCall call, long r1, long r2, long r3, long r4, long r5) throws Exception {
    return body.call(call, new long[] {0, r1, r2, r3, r4, r5});
  }

  private static long gather(long[] r) {
    long result = 0;
    for (int i = 1; i <= 5; i++) {
      result = result << 8 | (r[i] & 0xff);
    }
    return result;
  }

  private static long frob(MemorySegment bytes) {
    for (long i = 0; i < bytes.byteSize(); i++) {
      bytes.set(ValueLayout.JAVA_BYTE, i, (byte) (bytes.get(ValueLayout.JAVA_BYTE, i) ^ 42));
    }
    return 0;
  }

  private static long exitIfZero(BpfCall call, long[] r) {
    if (r[1] == 0) {
      call.exit(0);
    }
    return r[1];
  }
}
