package org.jitalloc.arch.arm64.poke;

import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.support.poke.TrapHandlerWriter;

/** The handler of BRK, which raises SIGTRAP on Linux. */
public final class Arm64TrapHandler implements TrapHandler {
  static final int SIGTRAP = 5;

  @Override
  public int signal() {
    return SIGTRAP;
  }

  @Override
  public int recordBytes() {
    return Emulation.RECORD_BYTES;
  }

  @Override
  public byte[] redirect(long detour) {
    return new Emulation(Emulation.JUMP, detour, 0).record();
  }

  @Override
  public byte[] code(long tableAddress, AddressRange text) {
    var asm = new Assembler();
    var handler = new TrapHandlerCode(asm, tableAddress, text);
    var previous = new PreviousHandlerCode(asm, tableAddress + TrapHandler.PREVIOUS_OFFSET);
    return new TrapHandlerWriter(asm, handler, previous).write();
  }
}
