package org.jitalloc.core.memory;

/** The same with handles that are watched. */
class FunctionWatchedTest extends FunctionTest {

  @Override
  LeakPolicy policy() {
    return LeaksTest.ALL;
  }
}
