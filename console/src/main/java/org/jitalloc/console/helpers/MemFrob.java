package org.jitalloc.console.helpers;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import org.jitalloc.bpf.BpfCall;
import org.jitalloc.bpf.BpfHelper;
import org.osgi.service.component.annotations.Component;

/** XORs each of r2 bytes at r1 with 42 and returns 0, as memfrob(3). */
@Component
public final class MemFrob implements BpfHelper {

  /** Called by Declarative Services or the service loader. */
  public MemFrob() {}

  @Override
  public int id() {
    return 1;
  }

  @Override
  public String name() {
    return "memfrob";
  }

  @Override
  public long call(BpfCall call, long r1, long r2, long r3, long r4, long r5) {
    MemorySegment memory = call.memory(r1, r2);
    for (long i = 0; i < r2; i++) {
      memory.set(JAVA_BYTE, i, (byte) (memory.get(JAVA_BYTE, i) ^ 42));
    }
    return 0;
  }
}
