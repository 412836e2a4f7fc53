package org.jitalloc.test.support;

/** The Error that {@link FailingCalls} throw. */
public final class StepError extends Error {
  private static final long serialVersionUID = 1L;

  /** Creates it for a call. */
  StepError(String call) {
    super(call);
  }
}
