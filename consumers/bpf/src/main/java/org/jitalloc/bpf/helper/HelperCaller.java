package org.jitalloc.bpf.helper;

/** Calls a helper for the run that is active in the calling thread. */
@FunctionalInterface
public interface HelperCaller {

  /** Calls the helper of a slot with five arguments. {@return r0} */
  long call(HelperSlot slot, long r1, long r2, long r3, long r4, long r5);
}
