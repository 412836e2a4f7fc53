package org.jitalloc.bpf.interp;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.bpf.BpfStoppedException.Reason;
import org.jitalloc.bpf.memory.AccessFault;
import org.jitalloc.bpf.memory.Regions;
import org.jitalloc.bpf.memory.Regions.Update;

/** Runs one program. Holds no state of a run, so any number of threads may use it. */
public final class Interpreter {
  /*
   * Policy: plain and right before fast. The program is decoded once; a run is one loop over arrays
   * with a switch by kind, and a second one inside of Alu. Every access goes through Regions, those
   * relative to r10 as well.
   * Cost: two switches an instruction, no allocation in the loop (one small object a run holds
   * registers and return places).
   * Ending: the run looks at each poll point whether it is to stop. These are marked in the kind of
   * their instruction, so that the others pay one comparison.
   */
  private final FaultDescriber describer;
  private final DecodedProgram code;
  private final ByteOrder order;

  /** Makes it for a program that was checked. */
  public Interpreter(String name, List<BpfInsn> insns, ByteOrder order) {
    this.describer = new FaultDescriber(name, insns);
    this.code = new DecodedProgram(insns, order);
    this.order = order;
  }

  /** Runs the program. {@return r0} */
  public long run(ExecutionContext context) {
    return new Execution(context).run();
  }

  /** One run. */
  private final class Execution {
    private static final int SAVED = 5;

    private final ExecutionContext context;
    private final Regions regions;
    private final OrderedMemory numbers;
    private final long[] r = new long[11];

    /** r6 to r9 and the place to go back to, of each function that called another one. */
    private final long[] saved = new long[SAVED * BpfFrame.MAX_DEPTH];

    private int depth;

    Execution(ExecutionContext context) {
      this.context = context;
      this.regions = context.regions();
      this.numbers = new OrderedMemory(regions, order);
      r[1] = regions.memoryStart();
      r[2] = regions.memoryBytes();
      r[BpfOp.FP] = regions.stackTop();
    }

    long run() {
      int at = 0;
      try {
        while (true) {
          int next = at + 1;
          int kind = code.kind[at];
          if (kind >= DecodedProgram.POLL) {
            poll(at);
            kind -= DecodedProgram.POLL;
          }
          switch (kind) {
            case DecodedProgram.ALU64 -> {
              int dst = code.dst[at];
              r[dst] = Alu.alu64(code.op[at], r[dst], operand(at));
            }
            case DecodedProgram.ALU32 -> {
              int dst = code.dst[at];
              r[dst] = Alu.alu32(code.op[at], (int) r[dst], (int) operand(at));
            }
            case DecodedProgram.TRUNCATE ->
                r[code.dst[at]] = Alu.truncate(r[code.dst[at]], code.imm[at]);
            case DecodedProgram.SWAP -> r[code.dst[at]] = Alu.swap(r[code.dst[at]], code.imm[at]);
            case DecodedProgram.CONSTANT -> {
              r[code.dst[at]] = code.imm[at];
              next = at + 2;
            }
            case DecodedProgram.LOAD -> r[code.dst[at]] = load(at);
            case DecodedProgram.LOAD_SIGNED -> loadSigned(at);
            case DecodedProgram.STORE ->
                numbers.store(r[code.dst[at]] + code.offset[at], code.op[at], operand(at));
            case DecodedProgram.ATOMIC -> atomic(at);
            case DecodedProgram.JUMP64 -> next = jump(at, r[code.dst[at]], operand(at));
            case DecodedProgram.JUMP32 -> next = jump(at, (int) r[code.dst[at]], (int) operand(at));
            case DecodedProgram.CALL, DecodedProgram.CALL_REGISTER -> {
              callHelper(at, kind);
              if (context.ended()) {
                return context.result();
              }
            }
            case DecodedProgram.CALL_LOCAL -> next = enter(at);
            default -> {
              if (depth == 0) {
                return r[0];
              }
              next = leave();
            }
          }
          at = next;
        }
      } catch (AccessFault fault) {
        throw describer.access(at, fault.address(), regions);
      }
    }

    private long operand(int at) {
      int src = code.src[at];
      return src == DecodedProgram.NO_REGISTER ? code.imm[at] : r[src];
    }

    private void poll(int at) {
      Reason reason = context.poll();
      if (reason != null) {
        throw describer.stopped(at, reason, context.describe(reason));
      }
    }

    private long load(int at) {
      return numbers.load(r[code.src[at]] + code.offset[at], code.op[at]);
    }

    private void loadSigned(int at) {
      int unused = 64 - 8 * code.op[at];
      r[code.dst[at]] = load(at) << unused >> unused;
    }

    private int jump(int at, long a, long b) {
      return Alu.holds(code.op[at], a, b) ? code.target[at] : at + 1;
    }

    private void atomic(int at) {
      long address = r[code.dst[at]] + code.offset[at];
      int bytes = code.op[at];
      int src = code.src[at];
      int operation = (int) code.imm[at];
      if (operation == BpfOp.CMPXCHG) {
        r[0] = numbers.compareAndExchange(address, bytes, r[0], r[src]);
        return;
      }
      Update update =
          switch (operation & ~BpfOp.FETCH) {
            case BpfOp.ADD -> Update.ADD;
            case BpfOp.OR -> Update.OR;
            case BpfOp.AND -> Update.AND;
            case BpfOp.XOR -> Update.XOR;
            default -> Update.EXCHANGE;
          };
      long was = numbers.update(address, bytes, update, r[src]);
      if ((operation & BpfOp.FETCH) != 0) {
        r[src] = was;
      }
    }

    private void callHelper(int at, int kind) {
      long id = kind == DecodedProgram.CALL ? code.imm[at] : r[code.dst[at]];
      if (!context.hasHelper(id)) {
        throw describer.helper(at, id);
      }
      r[0] = context.call((int) id, r[1], r[2], r[3], r[4], r[5]);
      clearArguments();
    }

    /** A call of a function or a helper leaves 0 in r1 to r5. */
    private void clearArguments() {
      Arrays.fill(r, 1, 6, 0);
    }

    private int enter(int at) {
      int save = depth++ * SAVED;
      System.arraycopy(r, 6, saved, save, SAVED - 1);
      saved[save + SAVED - 1] = at + 1L;
      r[BpfOp.FP] -= BpfFrame.STACK_BYTES;
      return code.target[at];
    }

    private int leave() {
      int save = --depth * SAVED;
      System.arraycopy(saved, save, r, 6, SAVED - 1);
      r[BpfOp.FP] += BpfFrame.STACK_BYTES;
      clearArguments();
      return (int) saved[save + SAVED - 1];
    }
  }
}
