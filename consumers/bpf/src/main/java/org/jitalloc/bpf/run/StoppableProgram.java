package org.jitalloc.bpf.run;

import org.jitalloc.bpf.BpfProgram;

/** A program, as its runs and what stops them see it. */
interface StoppableProgram extends BpfProgram {

  /** {@return how long its runs may take} */
  RunLimits limits();

  /** {@return whether its runs are to end since it was closed forcibly} */
  boolean isClosedForcibly();

  /** {@return whether another program ever ran instead, and so perhaps still does in a run} */
  boolean wasRedirected();

  /** Has runs look at each poll point whether they are to stop. */
  void armStops();

  /** Has runs look no more. */
  void disarmStops();

  /** {@return whether its runs look at each poll point until its text is freed} */
  boolean isArmedForGood();

  /** Takes notice that its runs look at each poll point until its text is freed. */
  void setArmedForGood();
}
