package org.jitalloc.bpf;

import org.jitalloc.RefusedException;

/** What goes wrong with programs, loading or running. */
public abstract sealed class BpfException extends RefusedException
    permits BpfLoadException, BpfFaultException, BpfHelperException, BpfStoppedException {
  private static final long serialVersionUID = 1L;

  BpfException(String message) {
    super(message);
  }

  BpfException(String message, Throwable cause) {
    super(message, cause);
  }
}
