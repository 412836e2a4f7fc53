package org.jitalloc.arch.tck;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.bpf.BpfSource;

/**
 * Random BPF programs that terminate, with all operations, branches, bounded loops, local calls and
 * helpers. Unchecked programs access only their memory and stack.
 */
public final class RandomProgram {
  /** The length of the memory of a program in bytes. */
  public static final int MEMORY_BYTES = 64;

  /** Returns {@code r1 << 32 | r2 << 24 | r3 << 16 | r4 << 8 | r5} of the lowest bytes. */
  public static final int GATHER = 0;

  /** Returns 0. */
  public static final int NOTHING = 2;

  /** Returns r1; ends the program if that is 0. */
  public static final int UNWIND = 5;

  /** Ends the program with r1. */
  public static final int END = 6;

  /** The numbers of all helpers that programs call. */
  public static final Set<Integer> HELPERS = Set.of(GATHER, NOTHING, UNWIND, END);

  /** The address of helpers that are never called. */
  private static final long NOWHERE = 0x1234_5678_9000L;

  private static final int[] BINARY = {
    0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0xa0, 0xc0
  };
  private static final int[] CONDITIONS = {
    0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0
  };
  private static final int[] ATOMICS = {0x00, 0x40, 0x50, 0xa0, 0x01, 0x41, 0x51, 0xa1, 0xe1, 0xf1};
  private static final int[] SIZES = {0x00, 0x08, 0x10, 0x18};

  private final Random random;
  private final boolean checked;

  /** The register with the address of the memory in the first function. */
  private final int memoryBase;

  private final int counter;
  private final List<List<BpfInsn>> functions = new ArrayList<>();
  private boolean main = true;

  /** A local call by the number of its function, before the offsets are known. */
  private static final int UNRESOLVED = 0x7777;

  /**
   * Creates a program.
   *
   * @param seed the seed of the random choices
   * @param checked whether it may access other memory, because it is compiled with checks
   */
  public RandomProgram(long seed, boolean checked) {
    random = new Random(seed);
    this.checked = checked;
    memoryBase = 6 + random.nextInt(4);
    counter = memoryBase == 9 ? 6 : memoryBase + 1;
  }

  /**
   * Creates a program that is compiled and not run.
   *
   * @param seed the seed of the random choices
   * @param checked whether its accesses are checked
   * @param byteOrder its byte order
   * @return the program
   */
  public static BpfSource source(long seed, boolean checked, ByteOrder byteOrder) {
    var helpers = new HashMap<Integer, Long>();
    for (int number : HELPERS) {
      helpers.put(number, NOWHERE + number);
    }
    var insns = new RandomProgram(seed, checked).make();
    return new BpfSource(insns, functions(insns), helpers, checked, byteOrder);
  }

  /**
   * Splits a program into functions at the targets of local calls.
   *
   * @param insns its instructions
   * @return its functions
   */
  public static List<BpfFunction> functions(List<BpfInsn> insns) {
    var starts = new TreeSet<Integer>(Set.of(0));
    for (int i = 0; i < insns.size(); i++) {
      if (BpfOp.isLocalCall(insns.get(i))) {
        starts.add((int) BpfOp.target(insns.get(i), i));
      }
    }
    var functions = new ArrayList<BpfFunction>();
    for (int start : starts) {
      Integer end = starts.higher(start);
      functions.add(new BpfFunction(start, end == null ? insns.size() : end));
    }
    return functions;
  }

  /** {@return the instructions} */
  public List<BpfInsn> make() {
    int count = random.nextInt(3) == 0 ? 1 + random.nextInt(BpfFrame.MAX_DEPTH) : 1;
    for (int f = 0; f < count; f++) {
      main = f == 0;
      var body = new ArrayList<BpfInsn>();
      if (main) {
        body.add(insn(0xbf, memoryBase, 1, 0, 0));
      }
      body.addAll(block(3 + random.nextInt(20), 0, f, count));
      body.add(insn(0x95, 0, 0, 0, 0));
      functions.add(body);
    }
    return link();
  }

  private List<BpfInsn> link() {
    var starts = new ArrayList<Integer>();
    int at = 0;
    for (var f : functions) {
      starts.add(at);
      at += f.size();
    }
    var all = new ArrayList<BpfInsn>();
    for (var f : functions) {
      all.addAll(f);
    }
    for (int i = 0; i < all.size(); i++) {
      var c = all.get(i);
      if (c.opcode() == 0x85 && c.src() == 1) {
        all.set(i, insn(0x85, 0, 1, 0, starts.get(c.imm() - UNRESOLVED) - i - 1));
      }
    }
    return all;
  }

  /** {@return statements; a jump leads to the start of a later one, or to the end of the block} */
  private List<BpfInsn> block(int count, int depth, int function, int functionCount) {
    var statements = new ArrayList<List<BpfInsn>>();
    for (int i = 0; i < count; i++) {
      statements.add(statement(depth, function, functionCount));
    }
    var starts = new int[count + 1];
    for (int i = 0; i < count; i++) {
      starts[i + 1] = starts[i] + statements.get(i).size();
    }
    var all = new ArrayList<BpfInsn>();
    for (int i = 0; i < count; i++) {
      var s = statements.get(i);
      var first = s.getFirst();
      boolean jump = s.size() == 1 && BpfOp.isJump(first);
      if (jump) {
        int distance = starts[i + 1 + random.nextInt(Math.min(count - i, 4))] - starts[i + 1];
        boolean wide = first.opcode() == 0x06;
        s =
            List.of(
                insn(
                    first.opcode(),
                    first.dst(),
                    first.src(),
                    wide ? 0 : distance,
                    wide ? distance : first.imm()));
      }
      all.addAll(s);
    }
    return all;
  }

  private List<BpfInsn> statement(int depth, int function, int functionCount) {
    int kind = random.nextInt(30);
    if (kind < 10) {
      return List.of(arithmetic());
    }
    if (kind < 12) {
      return List.of(insn(wideClass() | 0xb0 | x(), target(), reg(), 0, imm()));
    }
    if (kind == 12) {
      return constant();
    }
    if (kind == 13) {
      return List.of(special());
    }
    if (kind == 14) {
      return sum();
    }
    if (kind == 15) {
      return rotation();
    }
    if (kind < 21) {
      return List.of(access());
    }
    if (kind < 25) {
      return List.of(jump());
    }
    if (kind == 25) {
      return jumpOver();
    }
    if (kind == 26 && depth < 1 && main) {
      return loop(depth, function, functionCount);
    }
    if (kind == 27) {
      return helper();
    }
    if (kind == 28 && function + 1 < functionCount) {
      return List.of(
          insn(
              0x85,
              0,
              1,
              0,
              UNRESOLVED + function + 1 + random.nextInt(functionCount - function - 1)));
    }
    return List.of(atomic());
  }

  private BpfInsn arithmetic() {
    int code = pick(BINARY);
    int offset = (code == 0x30 || code == 0x90) && random.nextBoolean() ? 1 : 0;
    boolean shift = code == 0x60 || code == 0x70 || code == 0xc0;
    int x = x();
    int bound = 64;
    int imm = shift && x == 0 ? random.nextInt(bound) : imm();
    int width = wideClass();
    if (shift && width == 4) {
      imm &= 31;
    }
    return insn(width | code | x, target(), reg(), offset, x == 0 ? imm : 0);
  }

  private List<BpfInsn> constant() {
    long value = random.nextBoolean() ? random.nextLong() : imm();
    return List.of(insn(0x18, target(), 0, 0, (int) value), insn(0, 0, 0, 0, (int) (value >> 32)));
  }

  private BpfInsn special() {
    int bits = 16 << random.nextInt(3);
    return switch (random.nextInt(5)) {
      case 0 -> insn(wideClass() | 0x80, target(), 0, 0, 0);
      case 1 -> insn(pick(0xd4, 0xdc, 0xd7), target(), 0, 0, bits);
      case 2 -> insn(0xbf, target(), reg(), pick(8, 16, 32), 0);
      case 3 -> insn(0xbc, target(), reg(), pick(8, 16), 0);
      default -> insn(0xb4, target(), 0, 0, imm());
    };
  }

  private List<BpfInsn> sum() {
    int width = wideClass();
    int dst = target();
    int code = pick(0x00, 0x10);
    int x = x();
    return List.of(
        insn(width | 0xb8, dst, reg(), 0, 0),
        insn(
            width | code | x,
            random.nextInt(8) == 0 ? target() : dst,
            reg(),
            0,
            x == 0 ? imm() : 0));
  }

  private List<BpfInsn> rotation() {
    int width = wideClass();
    int bits = width == 7 ? 64 : 32;
    int k = 1 + random.nextInt(bits - 1);
    int x = target();
    int t = target();
    int u = target();
    int first = pick(0x60, 0x70);
    int other = first ^ 0x10;
    int back = random.nextInt(6) == 0 ? k : bits - k;
    var shift = insn(width | first, t, 0, 0, k);
    var end = new ArrayList<BpfInsn>(List.of(insn(width | 0xb8, t, x, 0, 0), shift));
    int result = random.nextBoolean() ? u : x;
    if (result == u) {
      end.add(insn(width | 0xb8, u, x, 0, 0));
    }
    end.add(insn(width | other, result, 0, 0, back));
    end.add(insn(width | 0x48, result, t, 0, 0));
    if (random.nextBoolean()) {
      end.add(insn(0xb7, t, 0, 0, 5));
    }
    return end;
  }

  private BpfInsn jump() {
    if (random.nextInt(6) == 0) {
      return insn(pick(0x05, 0x06), 0, 0, 0, 0);
    }
    int x = x();
    return insn(pick(5, 6) | pick(CONDITIONS) | x, reg(), reg(), 0, x == 0 ? imm() : 0);
  }

  private List<BpfInsn> jumpOver() {
    var skipped = arithmetic();
    int x = x();
    return List.of(
        insn(pick(5, 6) | pick(CONDITIONS) | x, reg(), reg(), 1, x == 0 ? imm() : 0),
        insn(0x05, 0, 0, 1, 0),
        skipped);
  }

  private List<BpfInsn> loop(int depth, int function, int functionCount) {
    var body = block(2 + random.nextInt(6), depth + 1, function, functionCount);
    var all = new ArrayList<BpfInsn>();
    all.add(insn(0xb7, counter, 0, 0, 1 + random.nextInt(3)));
    all.addAll(body);
    all.add(insn(0x07, counter, 0, 0, -1));
    all.add(insn(0x55, counter, 0, -body.size() - 2, 0));
    return all;
  }

  private List<BpfInsn> helper() {
    int number = pick(GATHER, NOTHING, GATHER, NOTHING, UNWIND, END);
    if (number == END && random.nextInt(3) != 0) {
      number = GATHER;
    }
    if (random.nextBoolean()) {
      return List.of(insn(0x85, 0, 0, 0, number));
    }
    int r = target();
    if (random.nextInt(10) == 0) {
      return List.of(insn(0x8d, r, 0, 0, 0));
    }
    return List.of(insn(0xb7, r, 0, 0, number), insn(0x8d, r, 0, 0, 0));
  }

  private BpfInsn access() {
    int size = pick(SIZES);
    int bytes = BpfOp.accessBytes(insn(size, 0, 0, 0, 0));
    int base = base();
    int offset = offset(base, bytes);
    int other = random.nextInt(10);
    return switch (random.nextInt(4)) {
      case 0 -> insn(0x62 | size, base, 0, offset, imm());
      case 1 -> insn(0x63 | size, base, other, offset, 0);
      case 2 -> insn((size == 0x18 ? 0x61 : 0x81) | size, target(), base, offset, 0);
      default -> insn(0x61 | size, target(), base, offset, 0);
    };
  }

  private BpfInsn atomic() {
    int size = pick(0x00, 0x18);
    int base = base();
    int bytes = BpfOp.accessBytes(insn(size, 0, 0, 0, 0));
    boolean wild = checked && base != 10 && random.nextInt(12) == 0;
    int offset = offset(base, bytes) & (wild ? -1 : -bytes);
    return insn(0xc3 | size, base, target(), offset, pick(ATOMICS));
  }

  /** {@return a base register; in a checked program sometimes one with any value} */
  private int base() {
    if (checked && random.nextInt(12) == 0) {
      return random.nextInt(10);
    }
    return main && random.nextBoolean() ? memoryBase : 10;
  }

  private int offset(int base, int bytes) {
    if (base == 10) {
      return -512 + random.nextInt(512 - bytes + 1);
    }
    boolean wild = checked && random.nextInt(12) == 0;
    return wild ? random.nextInt(-20, MEMORY_BYTES + 20) : random.nextInt(MEMORY_BYTES - bytes + 1);
  }

  private int reg() {
    return random.nextInt(12) == 0 ? 10 : random.nextInt(10);
  }

  /** {@return a register that may be written} */
  private int target() {
    int r = random.nextInt(10);
    while (main && (r == memoryBase || r == counter)) {
      r = random.nextInt(10);
    }
    return r;
  }

  private int wideClass() {
    return pick(4, 7);
  }

  private int x() {
    return pick(0, 8);
  }

  private int imm() {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt();
      case 1 ->
          pick(
              0,
              1,
              -1,
              2,
              3,
              7,
              10,
              127,
              128,
              -128,
              -129,
              255,
              0xffff,
              Integer.MAX_VALUE,
              Integer.MIN_VALUE);
      case 2 -> 1 << random.nextInt(32);
      default -> random.nextInt(-20, 100);
    };
  }

  private int pick(int... values) {
    return values[random.nextInt(values.length)];
  }

  private static BpfInsn insn(int opcode, int dst, int src, int offset, int imm) {
    boolean register = (opcode & 8) != 0 || (opcode & 7) < 4;
    return new BpfInsn(opcode, dst, register || opcode == 0x85 ? src : 0, (short) offset, imm);
  }
}
