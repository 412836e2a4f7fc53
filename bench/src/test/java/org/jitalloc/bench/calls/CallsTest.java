package org.jitalloc.bench.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.jitalloc.JitAlloc;
import org.junit.jupiter.api.Test;

final class CallsTest {

  @Test
  void measure_callsWhatItShould() {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "runs machine code of x86-64");
    // Throws if the sum of the results is wrong.
    CallTimes times = new Calls(JitAlloc.host(), Layout.PAGE_EACH, 50, 64).measure();
    assertTrue(times.nsPerCall() > 0, times.toString());
    assertEquals(times.pageBytes() == 4096 ? 50 : 1, times.pages(), times.toString());
  }

  @Test
  void line_isReadAsItWasWritten() {
    var times = new CallTimes(22.4, 157, 4096, 2_097_152, "memfd");
    assertEquals(times, CallTimes.parse(times.line() + "\n"));
  }

  @Test
  void layouts_areFoundByTheirWords() {
    for (Layout layout : Layout.values()) {
      assertEquals(layout, Layout.of(layout.word()).orElseThrow());
    }
  }
}
