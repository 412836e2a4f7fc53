package org.jitalloc.ftrace;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/** What is recorded: the kernel's file {@code current_tracer}. */
public enum CurrentTracer {
  /** Nothing; functions run as if there were no tracer. */
  NOP("nop"),
  /** Each call. */
  FUNCTION("function"),
  /** Each call and its return, so durations and nesting. */
  FUNCTION_GRAPH("function_graph");

  private final String word;

  CurrentTracer(String word) {
    this.word = word;
  }

  /** {@return its name, as the kernel has it} */
  public String word() {
    return word;
  }

  /**
   * Finds a tracer by its name.
   *
   * @param word the name
   * @return the tracer
   * @throws JitAllocException INVALID_REQUEST if there is none
   */
  public static CurrentTracer of(String word) {
    return Arrays.stream(values())
        .filter(t -> t.word.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new JitAllocException(
                    Reason.INVALID_REQUEST,
                    "there is no tracer %s; there are %s"
                        .formatted(
                            word,
                            Arrays.stream(values())
                                .map(CurrentTracer::word)
                                .collect(Collectors.joining(", ")))));
  }
}
