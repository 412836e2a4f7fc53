package org.jitalloc.arch.arm64.trace;

import java.util.List;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.trace.CallSiteForm;
import org.jitalloc.arch.trace.CallSites;
import org.osgi.service.component.annotations.Component;

/** The call sites of arm64 code. */
@Component(property = "jit.arch=arm64")
public final class Arm64CallSites implements CallSites {

  @Override
  public String arch() {
    return Arm64Arch.NAME;
  }

  @Override
  public List<CallSiteForm> forms() {
    return List.of(new PatchableForm());
  }
}
