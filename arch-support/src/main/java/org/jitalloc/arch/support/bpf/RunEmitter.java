package org.jitalloc.arch.support.bpf;

/** Emits what is better done for several instructions at once than one by one. */
public interface RunEmitter {

  /** For machines for which there is no such thing. */
  RunEmitter NONE =
      new RunEmitter() {
        @Override
        public int run(int index) {
          return 0;
        }

        @Override
        public void loopHead() {}
      };

  /**
   * Emits a run of arithmetic and jumps that the machine does in fewer instructions. The label of
   * the first one has its place.
   *
   * @param index where the first one stands
   * @return how many instructions were emitted; 0 if no run starts here
   */
  int run(int index);

  /** Prepares the place where a loop starts, such as by aligning it. */
  void loopHead();
}
