package org.jitalloc.arch.support.trace;

import org.jitalloc.arch.support.asm.Label;

/** Emits the write of an event into the ring of the slot. */
public interface EventEmitter {

  /**
   * Tests ON of the header.
   *
   * @param off the target if it is 0
   */
  void jumpIfOff(Label off);

  /**
   * Compares WRITTEN of the slot with READ.
   *
   * @param full the target if the ring is full of unread events
   */
  void jumpIfFull(Label full);

  /** Selects the next event of the ring, and writes its TIME. */
  void begin();

  /** Writes IP and LINK of a call. */
  void putCall();

  /** Writes IP and LINK of a return from the frame that was taken: LINK is the time of the call. */
  void putReturn();

  /**
   * Writes KIND of the event.
   *
   * @param kind its kind, at depth 0
   */
  void kind(int kind);

  /**
   * Writes KIND of the event, with FRAMES of the slot as its depth.
   *
   * @param kind its kind
   */
  void kindWithDepth(int kind);

  /** Increments WRITTEN with release semantics: a reader that sees it sees the whole event. */
  void publish();
}
