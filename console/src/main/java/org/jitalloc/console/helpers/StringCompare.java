package org.jitalloc.console.helpers;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jitalloc.bpf.BpfCall;
import org.jitalloc.bpf.BpfHelper;
import org.osgi.service.component.annotations.Component;

/** Compares two strings that end with a zero byte: the result is below, equal to or above 0. */
@Component
public final class StringCompare implements BpfHelper {

  /** Called by Declarative Services or the service loader. */
  public StringCompare() {}

  @Override
  public int id() {
    return 4;
  }

  @Override
  public String name() {
    return "strcmp";
  }

  @Override
  public long call(BpfCall call, long r1, long r2, long r3, long r4, long r5) {
    for (long i = 0; ; i++) {
      long first = byteAt(call, r1 + i);
      long second = byteAt(call, r2 + i);
      if (first != second || first == 0) {
        return first - second;
      }
    }
  }

  private static long byteAt(BpfCall call, long address) {
    return Byte.toUnsignedLong(call.memory(address, 1).get(JAVA_BYTE, 0));
  }
}
