package org.jitalloc.arch.x86.poke;

import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.arch.support.poke.TrapHandlerWriter;
import org.jitalloc.arch.x86.asm.Assembler;

/** The handler of INT3, which raises SIGTRAP on Linux. */
public final class X86TrapHandler implements TrapHandler {
  private static final int SIGTRAP = 5;

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
    return new Emulation(Emulation.DETOUR, detour, 0).record();
  }

  @Override
  public byte[] code(long tableAddress, AddressRange text) {
    var asm = new Assembler();
    var handler = new TrapHandlerCode(asm, tableAddress, text);
    var previous = new PreviousHandlerCode(asm, tableAddress + TrapHandler.PREVIOUS_OFFSET);
    return new TrapHandlerWriter(asm, handler, previous).write();
  }
}
