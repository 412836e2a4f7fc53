package org.jitalloc.kprobes;

import java.util.List;
import org.jitalloc.JitMemory;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TraceableText;

/** Text of a test, without call sites. */
record PlainText(String owner, JitMemory memory, List<TextFunction> functions)
    implements TraceableText {
  @Override
  public byte[] callSites() {
    return new byte[0];
  }
}
