package org.jitalloc.console.helpers;

import org.jitalloc.bpf.BpfCall;
import org.jitalloc.bpf.BpfHelper;
import org.osgi.service.component.annotations.Component;

/** Concatenates the lowest bytes of five arguments, the first as the most significant. */
@Component
public final class GatherBytes implements BpfHelper {

  /** Called by Declarative Services or the service loader. */
  public GatherBytes() {}

  @Override
  public int id() {
    return 0;
  }

  @Override
  public String name() {
    return "gather_bytes";
  }

  @Override
  public long call(BpfCall call, long r1, long r2, long r3, long r4, long r5) {
    return (r1 & 0xff) << 32
        | (r2 & 0xff) << 24
        | (r3 & 0xff) << 16
        | (r4 & 0xff) << 8
        | (r5 & 0xff);
  }
}
