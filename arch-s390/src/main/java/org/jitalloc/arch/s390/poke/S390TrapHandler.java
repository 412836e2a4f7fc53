package org.jitalloc.arch.s390.poke;

import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.TrapHandler;

/** Carries threads over illegal instructions: the handler of SIGILL on Linux. */
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
    return new TrapHandlerCode(tableAddress, text).emit();
  }
}
