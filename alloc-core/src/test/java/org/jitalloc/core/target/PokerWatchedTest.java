package org.jitalloc.core.target;

import org.jitalloc.core.leak.LeakPolicy;

/** The same with handles that are watched. */
class PokerWatchedTest extends PokerTest {

  @Override
  LeakPolicy policy() {
    return LeaksTest.ALL;
  }
}
