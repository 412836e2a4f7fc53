package org.jitalloc.arch.x86.trace;

import static org.jitalloc.arch.x86.trace.SlotCode.word;

import java.util.List;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.Width;

/** Replaces return addresses, and what they are replaced by. */
final class ReturnCode {
  /*
   * A frame knows the place on the stack that it is for. A function that is left by longjmp never returns to the hook; its
   * frame is below those that are still awaited, so its place is below theirs. Whoever meets it drops it: a call, if the
   * frame's place is below its own; the hook, if it is not the hook's own. A function that ends in a jump to another has
   * two frames of one place, of which the second returns to the hook again.
   */
  private static final byte[] TRAP = {0x0f, 0x0b};

  /** The registers that a function returns values in, and those that are used here. */
  static final List<Reg> SAVED = List.of(Reg.RAX, Reg.RCX, Reg.RDX, Reg.RSI, Reg.RDI);

  private static final int PLACE = SAVED.size() * Long.BYTES;

  private final Assembler code;
  private final TraceArea area;
  private final SlotCode slot;
  private final EventCode event;

  ReturnCode(Assembler code, TraceArea area, SlotCode slot, EventCode event) {
    this.code = code;
    this.area = area;
    this.slot = slot;
    this.event = event;
  }

  /**
   * Awaits the return of the function that was called. Leaves what it is called from in RDI.
   *
   * @param ip where the address behind the site is on the stack
   * @param parent where the one that the function returns to is, which becomes that of the hook
   */
  void await(long hook, int ip, int parent, Label full) {
    code.lea(Width.B8, Reg.RSI, Mem.at(Reg.RSP, parent));
    dropStale();
    code.alu(AluOp.CMP, Width.B8, Reg.RDX, area.depth());
    code.jump(Cond.AE, full);
    code.mov(Width.B8, Reg.RAX, Reg.RDX);
    slot.frameAddress(Reg.RAX, Reg.RDI);
    code.store(Width.B8, Mem.at(Reg.RAX, TraceArea.STACK), Reg.RSI);
    code.load(Width.B8, Reg.RDI, Mem.at(Reg.RSP, ip));
    code.store(Width.B8, Mem.at(Reg.RAX, TraceArea.FRAME_IP), Reg.RDI);
    code.movImm(Reg.RDX, hook);
    code.load(Width.B8, Reg.RDI, Mem.at(Reg.RSI, 0));
    code.store(Width.B8, Mem.at(Reg.RSI, 0), Reg.RDX);
    code.store(Width.B8, Mem.at(Reg.RAX, TraceArea.RETURN_TO), Reg.RDI);
    code.alu(AluOp.ADD, Width.B8, word(TraceArea.FRAMES), 1);
    code.mov(Width.B8, Reg.RSI, Reg.RAX);
    EventCode.clock(code);
    code.store(Width.B8, Mem.at(Reg.RSI, TraceArea.CALLED_AT), Reg.RAX);
  }

  /** RDX = the number of frames, without those whose place is below RSI. */
  private void dropStale() {
    var again = new Label();
    var rest = new Label();
    code.load(Width.B8, Reg.RDX, word(TraceArea.FRAMES));
    code.bind(again);
    code.test(Width.B8, Reg.RDX, Reg.RDX);
    code.jump(Cond.E, rest);
    code.lea(Width.B8, Reg.RAX, Mem.at(Reg.RDX, -1));
    slot.frameAddress(Reg.RAX, Reg.RDI);
    code.alu(AluOp.CMP, Width.B8, Reg.RSI, Mem.at(Reg.RAX, TraceArea.STACK));
    code.jump(Cond.BE, rest);
    code.alu(AluOp.SUB, Width.B8, Reg.RDX, 1);
    code.jump(again);
    code.bind(rest);
    code.store(Width.B8, word(TraceArea.FRAMES), Reg.RDX);
  }

  /** What functions return to. */
  void hook() {
    var elsewhere = new Label();
    var found = new Label();
    var full = new Label();
    var leave = new Label();
    var lost = new Label();
    code.push(Reg.RAX); // The place of the address to return to.
    SAVED.forEach(code::push);
    slot.lookUp(elsewhere);
    code.bind(found);
    code.storeImm(Width.B8, word(TraceArea.BUSY), 1);
    takeFrame(lost);
    event.begin(full, leave);
    copy(TraceArea.FRAME_IP, TraceArea.IP);
    copy(TraceArea.CALLED_AT, TraceArea.LINK);
    event.endWithDepth(TraceArea.RETURN);
    code.bind(leave);
    code.storeImm(Width.B8, word(TraceArea.BUSY), 0);
    SAVED.reversed().forEach(code::pop);
    code.ret();
    code.bind(full);
    event.drop();
    code.jump(leave);
    code.bind(elsewhere);
    slot.search(found, lost);
    code.bind(lost);
    code.raw(TRAP);
  }

  private void copy(int fromFrame, int toEvent) {
    code.load(Width.B8, Reg.RAX, Mem.at(Reg.RDI, fromFrame));
    code.store(Width.B8, EventCode.at(toEvent), Reg.RAX);
  }

  /** RDI = the frame of this return, which is awaited no more; its address is put in its place. */
  private void takeFrame(Label lost) {
    var again = new Label();
    code.lea(Width.B8, Reg.RSI, Mem.at(Reg.RSP, PLACE));
    code.load(Width.B8, Reg.RDX, word(TraceArea.FRAMES));
    code.bind(again);
    code.alu(AluOp.SUB, Width.B8, Reg.RDX, 1);
    code.jump(Cond.S, lost);
    code.mov(Width.B8, Reg.RDI, Reg.RDX);
    slot.frameAddress(Reg.RDI, Reg.RAX);
    code.alu(AluOp.CMP, Width.B8, Reg.RSI, Mem.at(Reg.RDI, TraceArea.STACK));
    code.jump(Cond.NE, again);
    code.store(Width.B8, word(TraceArea.FRAMES), Reg.RDX);
    code.load(Width.B8, Reg.RAX, Mem.at(Reg.RDI, TraceArea.RETURN_TO));
    code.store(Width.B8, Mem.at(Reg.RSI, 0), Reg.RAX);
  }
}
