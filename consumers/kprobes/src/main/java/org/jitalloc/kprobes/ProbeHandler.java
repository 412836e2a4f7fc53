package org.jitalloc.kprobes;

/** What is called when a thread comes to a probed instruction, by that thread. */
@FunctionalInterface
public interface ProbeHandler {

  /**
   * Does what the probe is for. No probe is hit by this thread meanwhile: what it would hit is
   * counted as missed. An exception is counted and logged, and the probed code goes on.
   *
   * @param registers the registers of the probed code; of no use when this has returned
   * @throws Exception whatever goes wrong
   */
  void hit(Registers registers) throws Exception;
}
