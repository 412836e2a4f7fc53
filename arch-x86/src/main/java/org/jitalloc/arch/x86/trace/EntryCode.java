package org.jitalloc.arch.x86.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jitalloc.arch.support.trace.EntryEmitter;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.ReturnMark;

/** Enters and leaves tracers. */
final class EntryCode implements EntryEmitter {
  /*
   * A site calls before its function has touched anything. On the stack are the address behind the
   * site and behind it the one that the function returns to. Of the registers only R11 is free; RAX
   * counts vector arguments, R10 may be a static chain.
   * Cost of an event: four pushes and pops, RDTSC, nine stores; no locked instruction, and no load
   * that another thread writes but READ and ON.
   */
  private static final List<Reg> SAVED = List.of(Reg.RAX, Reg.RCX, Reg.RDX, Reg.RSI);

  /** The registers that a function returns values in, and those that awaiting returns uses. */
  private static final List<Reg> SAVED_BY_HOOK =
      List.of(Reg.RAX, Reg.RCX, Reg.RDX, Reg.RSI, Reg.RDI);

  /** Where the address to go back to is on the stack, in the hook. */
  static final int RETURN_PLACE = SAVED_BY_HOOK.size() * Long.BYTES;

  private static final byte[] UD2 = {0x0f, 0x0b};

  private final Assembler code;
  private final List<Reg> saved;

  EntryCode(Assembler code, boolean returns) {
    this.code = code;
    saved = returns ? SAVED_BY_HOOK : SAVED;
  }

  /** Where the address behind the site is on the stack. */
  int ip() {
    return saved.size() * Long.BYTES;
  }

  /** Where the address that the function returns to is on the stack. */
  int parent() {
    return ip() + Long.BYTES;
  }

  @Override
  public void enter() {
    saved.forEach(code::push);
  }

  @Override
  public void leave() {
    saved.reversed().forEach(code::pop);
    code.ret();
  }

  @Override
  public void enterHook() {
    code.raw(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(ReturnMark.CODE)
            .array());
    code.push(Reg.RAX); // The place of the address to return to.
    SAVED_BY_HOOK.forEach(code::push);
  }

  @Override
  public void leaveHook() {
    SAVED_BY_HOOK.reversed().forEach(code::pop);
    code.ret();
  }

  @Override
  public void trap() {
    code.raw(UD2);
  }
}
