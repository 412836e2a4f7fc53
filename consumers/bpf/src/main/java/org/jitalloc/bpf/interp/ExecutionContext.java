package org.jitalloc.bpf.interp;

import org.jitalloc.bpf.BpfStoppedException.Reason;
import org.jitalloc.bpf.memory.Regions;
import org.jspecify.annotations.Nullable;

/** What the interpreter needs of a run: memory and helpers. */
public interface ExecutionContext {

  /** The memory within reach. */
  Regions regions();

  /** Whether there is a helper of that number for this program. */
  boolean hasHelper(long id);

  /** Calls a helper. Look at {@link #ended} afterwards. */
  long call(int id, long r1, long r2, long r3, long r4, long r5);

  /** Passes a poll point. {@return why the run is to end there; null if it is to go on} */
  @Nullable Reason poll();

  /** What stopped the run, for people. */
  String describe(Reason reason);

  /** Whether a helper ended the run. */
  boolean ended();

  /** The value of the run, if a helper ended it. */
  long result();
}
