package org.jitalloc.bpf.testing;

import java.util.Random;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfOp;

/**
 * Makes valid programs that end: jumps lead forward, functions call later ones. r6 points to the
 * memory, r7 to the end of the first function's stack; the other registers hold anything. Now and
 * then an address is wild, so that the run faults.
 */
public final class RandomPrograms {

  private static final int[] BINARY = {
    BpfOp.ADD,
    BpfOp.SUB,
    BpfOp.MUL,
    BpfOp.DIV,
    BpfOp.OR,
    BpfOp.AND,
    BpfOp.LSH,
    BpfOp.RSH,
    BpfOp.MOD,
    BpfOp.XOR,
    BpfOp.MOV,
    BpfOp.ARSH
  };
  private static final int[] CONDITIONS = {
    BpfOp.JEQ,
    BpfOp.JGT,
    BpfOp.JGE,
    BpfOp.JSET,
    BpfOp.JNE,
    BpfOp.JSGT,
    BpfOp.JSGE,
    BpfOp.JLT,
    BpfOp.JLE,
    BpfOp.JSLT,
    BpfOp.JSLE
  };
  private static final int[] ATOMICS = {
    BpfOp.ADD,
    BpfOp.OR,
    BpfOp.AND,
    BpfOp.XOR,
    BpfOp.ADD | BpfOp.FETCH,
    BpfOp.OR | BpfOp.FETCH,
    BpfOp.AND | BpfOp.FETCH,
    BpfOp.XOR | BpfOp.FETCH,
    BpfOp.XCHG,
    BpfOp.CMPXCHG
  };
  private static final int[] INTERESTING = {
    0,
    1,
    -1,
    2,
    7,
    8,
    31,
    32,
    63,
    64,
    127,
    -128,
    255,
    0xffff,
    65_536,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE
  };

  private static final int MEMORY_POINTER = 6;
  private static final int STACK_POINTER = 7;

  /** How long the memory is that most accesses fit into. */
  public static final int MEMORY_BYTES = 64;

  private final Random random;
  private final int helpers;
  private final Asm asm = Asm.program();

  private RandomPrograms(long seed, int helpers) {
    this.random = new Random(seed);
    this.helpers = helpers;
  }

  /** A program that may call helpers 0 to {@code helpers - 1}. */
  public static Asm of(long seed, int helpers) {
    return new RandomPrograms(seed, helpers).program();
  }

  private Asm program() {
    int functions = 1 + (random.nextInt(3) == 0 ? random.nextInt(BpfFrame.MAX_DEPTH) : 0);
    int length = 4 + random.nextInt(40);
    // Each function has the same length, so that calls know where the others start.
    int functionLength = length + 8;
    for (int function = 0; function < functions; function++) {
      int start = asm.size();
      if (function == 0) {
        prologue();
      }
      while (asm.size() < start + length) {
        statement(start + length, function, functions, functionLength);
      }
      while (asm.size() < start + functionLength - 1) {
        asm.alu64(BpfOp.XOR, value(), constant());
      }
      asm.exit();
    }
    return asm;
  }

  private void prologue() {
    asm.movReg(MEMORY_POINTER, 1);
    if (random.nextBoolean()) {
      asm.movReg(STACK_POINTER, 10);
    }
    asm.constant(8, random.nextLong());
  }

  private void statement(int end, int function, int functions, int functionLength) {
    switch (random.nextInt(22)) {
      case 0, 1, 2, 3, 4, 5 -> arithmetic();
      case 6 -> asm.constant(value(), wide());
      case 7 -> byteOrder();
      case 8, 9, 10 -> load();
      case 11, 12, 13 -> store();
      case 14 -> atomic();
      case 15, 16, 17 -> jump(end);
      case 18, 19 -> callHelper();
      default -> callLocal(function, functions, functionLength);
    }
  }

  private void arithmetic() {
    int insnClass = random.nextInt(3) == 0 ? BpfOp.ALU : BpfOp.ALU64;
    int code = pick(BINARY);
    if (random.nextInt(16) == 0) {
      asm.insn(insnClass | BpfOp.NEG, value(), 0, 0, 0);
    } else if (random.nextBoolean()) {
      int offset = 0;
      if (code == BpfOp.MOV) {
        offset = random.nextInt(insnClass == BpfOp.ALU64 ? 4 : 3) * 8;
        offset = offset == 24 ? 32 : offset;
      } else if (code == BpfOp.DIV || code == BpfOp.MOD) {
        offset = random.nextInt(2);
      }
      asm.insn(insnClass | code | BpfOp.X, value(), any(), offset, 0);
    } else {
      int offset = code == BpfOp.DIV || code == BpfOp.MOD ? random.nextInt(2) : 0;
      asm.insn(insnClass | code, value(), 0, offset, constant());
    }
  }

  private void byteOrder() {
    int opcode = pick(new int[] {BpfOp.LE, BpfOp.BE, BpfOp.BSWAP});
    asm.insn(opcode, value(), 0, 0, 16 << random.nextInt(3));
  }

  private void load() {
    int bytes = 1 << random.nextInt(4);
    int mode = bytes < 8 && random.nextInt(3) == 0 ? BpfOp.MEMSX : BpfOp.MEM;
    int base = base();
    asm.insn(BpfOp.LDX | mode | Asm.size(bytes), value(), base, offset(base, bytes), 0);
  }

  private void store() {
    int bytes = 1 << random.nextInt(4);
    int base = base();
    if (random.nextBoolean()) {
      asm.store(bytes, base, offset(base, bytes), any());
    } else {
      asm.insn(BpfOp.ST | BpfOp.MEM | Asm.size(bytes), base, 0, offset(base, bytes), constant());
    }
  }

  private void atomic() {
    int bytes = 4 << random.nextInt(2);
    int base = base();
    boolean wild = base != 10 && random.nextInt(12) == 0;
    int offset = offset(base, bytes) & (wild ? -1 : -bytes);
    asm.atomic(bytes, base, offset, value(), pick(ATOMICS));
  }

  private void jump(int end) {
    int opcode =
        random.nextInt(8) == 0
            ? BpfOp.GOTO
            : (random.nextBoolean() ? BpfOp.JMP : BpfOp.JMP32)
                | pick(CONDITIONS)
                | (random.nextBoolean() ? BpfOp.X : 0);
    int skip = asm.size() + 1 < end ? random.nextInt(Math.min(6, end - asm.size() - 1)) : 0;
    boolean register = (opcode & BpfOp.X) != 0;
    boolean always = opcode == BpfOp.GOTO;
    asm.insn(
        opcode,
        always ? 0 : any(),
        register ? any() : 0,
        skip,
        register || always ? 0 : constant());
    // Not wide, and of one slot each, so that the jump hits the start of one.
    for (int i = 0; i < skip; i++) {
      arithmetic();
    }
  }

  private void callHelper() {
    int helper = random.nextInt(helpers);
    if (random.nextInt(3) == 0) {
      boolean memory = random.nextBoolean();
      asm.movReg(1, memory ? MEMORY_POINTER : 10).alu64(BpfOp.ADD, 1, memory ? 8 : -8);
      asm.mov(2, 8);
    }
    int number = value();
    if (random.nextInt(40) == 0) {
      asm.callx(number);
    } else if (random.nextInt(3) == 0) {
      asm.mov(number, helper).callx(number);
    } else {
      asm.call(helper);
    }
  }

  private void callLocal(int function, int functions, int functionLength) {
    if (function + 1 == functions) {
      return;
    }
    int callee = function + 1 + random.nextInt(functions - function - 1);
    asm.callLocal(callee * functionLength - asm.size() - 1);
  }

  private int base() {
    return switch (random.nextInt(40)) {
      case 0 -> any();
      case 1, 2, 3, 4, 5 -> STACK_POINTER;
      case 6, 7, 8, 9, 10, 11, 12 -> 10;
      default -> MEMORY_POINTER;
    };
  }

  private int offset(int base, int bytes) {
    if (base == MEMORY_POINTER) {
      int last = MEMORY_BYTES - bytes;
      return random.nextInt(60) == 0 ? last + random.nextInt(3) : random.nextInt(last + 1);
    }
    return -bytes - random.nextInt(random.nextInt(8) == 0 ? 513 - bytes : 32);
  }

  private int constant() {
    return switch (random.nextInt(3)) {
      case 0 -> pick(INTERESTING);
      case 1 -> random.nextInt(256) - 128;
      default -> random.nextInt();
    };
  }

  private long wide() {
    return random.nextBoolean() ? random.nextLong() : 1L << random.nextInt(64);
  }

  /** A register that may be changed. */
  private int value() {
    return pick(new int[] {0, 1, 2, 3, 4, 5, 8, 9});
  }

  private int any() {
    return random.nextInt(11);
  }

  private int pick(int[] from) {
    return from[random.nextInt(from.length)];
  }
}
