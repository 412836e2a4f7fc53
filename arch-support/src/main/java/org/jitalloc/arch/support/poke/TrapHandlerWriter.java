package org.jitalloc.arch.support.poke;

import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;

/** Writes a trap handler, as {@link org.jitalloc.arch.TrapHandler} specifies it. */
public final class TrapHandlerWriter {
  /*
   * A binary search of the records, between two loads of the generation. The number of records may
   * be read while it changes, but is never more than the capacity of the table, so the search stays
   * inside. After "no record" the generation is loaded once more after the test of the code: a
   * change that began in between has written its trap there, which must not be taken for a trap of
   * other code.
   */
  private final CodeWriter code;
  private final TrapHandlerEmitter handler;
  private final PreviousHandlerEmitter previous;
  private final Label resume = new Label();

  /**
   * Creates a writer.
   *
   * @param code the assembler of both emitters
   * @param handler emits the parts of the handler
   * @param previous emits the parts that pass signals on
   */
  public TrapHandlerWriter(
      CodeWriter code, TrapHandlerEmitter handler, PreviousHandlerEmitter previous) {
    this.code = code;
    this.handler = handler;
    this.previous = previous;
  }

  /**
   * Writes the handler.
   *
   * @return its code
   */
  public byte[] write() {
    var found = new Label();
    var chain = new Label();
    handler.begin();
    handler.takeOwn(chain);
    search(found);
    resumeUnlessForeign();
    code.bind(chain);
    handler.restore();
    passOn();
    code.bind(found);
    handler.loadRecord();
    handler.resumeIfChanged(resume);
    handler.emulate(resume);
    code.bind(resume);
    handler.resume();
    return code.finish();
  }

  /** Falls through if there is no record. */
  private void search(Label found) {
    var loop = new Label();
    var lower = new Label();
    var missing = new Label();
    handler.loadGeneration(resume);
    handler.startSearch();
    code.bind(loop);
    handler.jumpIfEmpty(missing);
    handler.findMiddle();
    handler.compare(found, lower);
    handler.raiseLow();
    code.jump(loop);
    code.bind(lower);
    handler.lowerHigh();
    code.jump(loop);
    code.bind(missing);
  }

  /** Falls through if the trap belongs to other code. */
  private void resumeUnlessForeign() {
    handler.resumeIfChanged(resume);
    handler.resumeIfGone(resume);
    handler.resumeIfChanged(resume);
  }

  private void passOn() {
    var earlier = new Label();
    var byDefault = new Label();
    previous.loadPrevious();
    previous.jumpByPrevious(earlier, byDefault);
    previous.jumpIfForced(byDefault);
    previous.ret();
    code.bind(earlier);
    previous.jumpToPrevious();
    code.bind(byDefault);
    previous.endByDefault();
  }
}
