package org.jitalloc.arch.x86.trace;

import java.util.List;
import org.jitalloc.arch.trace.CallSiteForm;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.x86.X86Arch;
import org.osgi.service.component.annotations.Component;

/** The call sites of x86-64 code. */
@Component(property = "jit.arch=amd64")
public final class X86CallSites implements CallSites {

  @Override
  public String arch() {
    return X86Arch.NAME;
  }

  @Override
  public List<CallSiteForm> forms() {
    return List.of(new FentryForm());
  }
}
