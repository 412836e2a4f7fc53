package org.jitalloc.console.helpers;

import org.jitalloc.bpf.BpfCall;
import org.jitalloc.bpf.BpfHelper;
import org.osgi.service.component.annotations.Component;

/** The largest integer whose square is not above r1, unsigned. */
@Component
public final class SquareRoot implements BpfHelper {
  private static final long MAX_ROOT = 0xffff_ffffL;

  /** Called by Declarative Services or the service loader. */
  public SquareRoot() {}

  @Override
  public int id() {
    return 3;
  }

  @Override
  public String name() {
    return "sqrti";
  }

  @Override
  public long call(BpfCall call, long r1, long r2, long r3, long r4, long r5) {
    long root = (long) Math.sqrt(r1 >= 0 ? (double) r1 : (double) (r1 >>> 1) * 2);
    // A double has 53 bits, so the root of a large number can be one off.
    while (root > MAX_ROOT || Long.compareUnsigned(root * root, r1) > 0) {
      root--;
    }
    while (root < MAX_ROOT && Long.compareUnsigned((root + 1) * (root + 1), r1) <= 0) {
      root++;
    }
    return root;
  }
}
