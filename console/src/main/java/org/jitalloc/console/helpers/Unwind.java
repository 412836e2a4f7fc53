package org.jitalloc.console.helpers;

import org.jitalloc.bpf.BpfCall;
import org.jitalloc.bpf.BpfHelper;
import org.osgi.service.component.annotations.Component;

/** Returns its first argument; if that is 0, the program ends at once with r0 = 0. */
@Component
public final class Unwind implements BpfHelper {

  /** Called by Declarative Services or the service loader. */
  public Unwind() {}

  @Override
  public int id() {
    return 5;
  }

  @Override
  public String name() {
    return "unwind";
  }

  @Override
  public long call(BpfCall call, long r1, long r2, long r3, long r4, long r5) {
    if (r1 == 0) {
      call.exit(0);
    }
    return r1;
  }
}
