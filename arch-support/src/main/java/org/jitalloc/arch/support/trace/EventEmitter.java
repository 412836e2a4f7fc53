package org.jitalloc.arch.support.trace;

import org.jitalloc.arch.support.asm.Label;

/** Emits the writing of an event into the ring of the slot that was found. */
public interface EventEmitter {

  /**
   * Looks at the header's ON.
   *
   * @param off where to go if it is 0
   */
  void jumpIfOff(Label off);

  /**
   * Compares the slot's WRITTEN with its READ.
   *
   * @param full where to go if as many events are unread as the ring holds
   */
  void jumpIfFull(Label full);

  /** The event becomes the next one of the ring, and has its time. */
  void begin();

  /** Writes of a call where it comes from, IP and LINK. */
  void putCall();

  /** Writes of a return, from the frame that was taken, IP and as LINK the time of the call. */
  void putReturn();

  /**
   * Writes the event's KIND.
   *
   * @param kind its kind, at depth 0
   */
  void kind(int kind);

  /**
   * Writes the event's KIND with the slot's FRAMES as its depth.
   *
   * @param kind its kind
   */
  void kindWithDepth(int kind);

  /** WRITTEN grows by one; who sees that sees all of the event. */
  void publish();
}
