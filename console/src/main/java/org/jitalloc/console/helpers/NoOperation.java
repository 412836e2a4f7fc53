package org.jitalloc.console.helpers;

import org.jitalloc.bpf.BpfCall;
import org.jitalloc.bpf.BpfHelper;
import org.osgi.service.component.annotations.Component;

/** Does nothing and returns 0. */
@Component
public final class NoOperation implements BpfHelper {

  /** Called by Declarative Services or the service loader. */
  public NoOperation() {}

  @Override
  public int id() {
    return 2;
  }

  @Override
  public String name() {
    return "no_op";
  }

  @Override
  public long call(BpfCall call, long r1, long r2, long r3, long r4, long r5) {
    return 0;
  }
}
