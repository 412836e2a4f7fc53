package org.jitalloc.arch.toy;

import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.TrapHandler;

/** Code that contains its addresses and does nothing. */
final class ToyTrapHandler implements TrapHandler {
  static final int RECORD_BYTES = 16;

  @Override
  public int signal() {
    return 5;
  }

  @Override
  public int recordBytes() {
    return Flaw.RECORDS_OF_TEN_BYTES.is() ? 10 : RECORD_BYTES;
  }

  @Override
  public byte[] code(long tableAddress, AddressRange text) {
    long table = Flaw.HANDLER_WITHOUT_TABLE.is() ? 0 : tableAddress;
    return ToyWord.bytes(
        ToyWord.of(ToyWord.FIRST_OTHER, (int) (table >> 12)),
        ToyWord.of(ToyWord.FIRST_OTHER, (int) (text.start() >> 12)),
        ToyWord.of(ToyWord.RETURN, 0));
  }
}
