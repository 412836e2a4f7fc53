package org.jitalloc.arch.s390.poke;

import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.support.poke.TrapHandlerWriter;

/** The handler of illegal instructions, which raise SIGILL on Linux. */
public final class S390TrapHandler implements TrapHandler {
  static final int SIGILL = 4;

  @Override
  public int signal() {
    return SIGILL;
  }

  @Override
  public int recordBytes() {
    return Emulation.RECORD_BYTES;
  }

  @Override
  public byte[] redirect(long detour) {
    int always = 0xf << Emulation.FIELD_SHIFT;
    return new Emulation(Emulation.BRANCH | always, detour, detour).record();
  }

  @Override
  public byte[] code(long tableAddress, AddressRange text) {
    var asm = new Assembler();
    var handler = new TrapHandlerCode(asm, tableAddress, text);
    var previous = new PreviousHandlerCode(asm, tableAddress + TrapHandler.PREVIOUS_OFFSET);
    return new TrapHandlerWriter(asm, handler, previous).write();
  }
}
