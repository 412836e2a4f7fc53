package org.jitalloc.core.memory;

/** The same with handles that are watched. */
class PokerWatchedTest extends PokerTest {

  @Override
  LeakPolicy policy() {
    return LeaksTest.ALL;
  }
}
