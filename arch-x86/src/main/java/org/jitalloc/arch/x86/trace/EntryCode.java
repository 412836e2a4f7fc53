package org.jitalloc.arch.x86.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jitalloc.arch.support.trace.EntryEmitter;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.ReturnMark;

/** Emits the entry and the exit of tracers. */
final class EntryCode implements EntryEmitter {
  /*
   * A site calls before its function changes any register. On the stack are the address after the
   * site, and then the return address of the function. Only R11 is a scratch register; RAX is the
   * number of vector arguments, R10 may be a static chain. The cost of an event is four pushes and
   * pops, RDTSC and nine stores, without a locked instruction; of the loaded words, other threads
   * write only READ and ON.
   */
  private static final List<Reg> SAVED = List.of(Reg.RAX, Reg.RCX, Reg.RDX, Reg.RSI);

  /** The result registers of functions, and those that the hook uses. */
  private static final List<Reg> SAVED_BY_HOOK =
      List.of(Reg.RAX, Reg.RCX, Reg.RDX, Reg.RSI, Reg.RDI);

  /** The offset of the return address on the stack, in the hook. */
  static final int RETURN_PLACE = SAVED_BY_HOOK.size() * Long.BYTES;

  private static final byte[] UD2 = {0x0f, 0x0b};

  private final Assembler code;
  private final List<Reg> saved;

  EntryCode(Assembler code, boolean returns) {
    this.code = code;
    saved = returns ? SAVED_BY_HOOK : SAVED;
  }

  /** {@return the offset of the address after the site on the stack} */
  int ip() {
    return saved.size() * Long.BYTES;
  }

  /** {@return the offset of the return address of the function on the stack} */
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
