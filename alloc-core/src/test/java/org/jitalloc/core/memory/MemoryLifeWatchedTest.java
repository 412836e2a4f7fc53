package org.jitalloc.core.memory;

/** The same with handles that are watched. */
class MemoryLifeWatchedTest extends MemoryLifeTest {

  @Override
  LeakPolicy policy() {
    return LeaksTest.ALL;
  }
}
