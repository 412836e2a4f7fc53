package org.jitalloc.arch.s390.trace;

import java.util.List;
import org.jitalloc.arch.s390.S390Arch;
import org.jitalloc.arch.trace.CallSiteForm;
import org.jitalloc.arch.trace.CallSites;
import org.osgi.service.component.annotations.Component;

/** The call sites of s390x code: what compilers leave is the same for both forms. */
@Component(property = "jit.arch=s390x")
public final class S390CallSites implements CallSites {

  @Override
  public String arch() {
    return S390Arch.NAME;
  }

  @Override
  public List<CallSiteForm> forms() {
    return List.of(new DirectForm(), new HotpatchForm());
  }
}
