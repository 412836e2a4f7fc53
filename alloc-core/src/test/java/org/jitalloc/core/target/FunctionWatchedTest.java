package org.jitalloc.core.target;

import org.jitalloc.core.leak.LeakPolicy;

/** The same with handles that are watched. */
class FunctionWatchedTest extends FunctionTest {

  @Override
  LeakPolicy policy() {
    return LeaksTest.ALL;
  }
}
