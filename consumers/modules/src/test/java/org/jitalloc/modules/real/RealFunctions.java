package org.jitalloc.modules.real;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;

/**
 * Loads real modules of this machine's architecture into this process, calls functions of theirs
 * and compares with {@link Expected}. Which modules a folder lacks is said, for each distribution
 * has others built in; so is which ones want addresses below 2 GiB (R_X86_64_32S), where no memory
 * of a process is. Exits with 1 if a function was wrong or fewer than a dozen were right.
 */
final class RealFunctions {
  private static final int ENOUGH = 12;
  private static final FunctionDescriptor COMPRESS =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final FunctionDescriptor COMPRESS_BY =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);

  private final Kernel kernel;
  private final Arena arena;
  private final byte[] data = new byte[4096];
  private final MemorySegment source;
  private final List<String> only;
  private final List<String> wrong = new ArrayList<>();
  private int right;

  private RealFunctions(Kernel kernel, Arena arena, List<String> only) {
    this.kernel = kernel;
    this.arena = arena;
    this.only = only;
    var random = new Random(7);
    random.nextBytes(data);
    // Something to compress.
    System.arraycopy(data, 0, data, 1000, 900);
    Arrays.fill(data, 3000, 3700, (byte) 'a');
    source = arena.allocateFrom(JAVA_BYTE, data);
  }

  /** Does it; the arguments are the folder of the modules and, for some only, their names. */
  public static void main(String[] args) throws Throwable {
    try (var kernel = new Kernel(Path.of(args[0]));
        Arena arena = Arena.ofConfined()) {
      var functions = new RealFunctions(kernel, arena, List.of(args).subList(1, args.length));
      functions.callAll();
      System.out.printf(
          "%s: %d functions of real modules right, %d wrong %s%n",
          kernel.arch(), functions.right, functions.wrong.size(), functions.wrong);
      if (!functions.wrong.isEmpty() || args.length == 1 && functions.right < ENOUGH) {
        System.exit(1);
      }
    }
  }

  /** What a module's functions are called with. */
  private interface Calls {
    void make(LoadedModule module) throws Throwable;
  }

  private void callAll() throws Throwable {
    with("crc7", it -> crc(it, "crc7_be", JAVA_BYTE, Expected.crc(7, 0x09, 0, data) << 1));
    with("crc-itu-t", it -> crc(it, "crc_itu_t", JAVA_SHORT, Expected.crc(16, 0x1021, 0, data)));
    with(
        "crct10dif_common",
        it -> crc(it, "crc_t10dif_generic", JAVA_SHORT, Expected.crc(16, 0x8bb7, 0, data)));
    with("crc16", it -> crc(it, "crc16", JAVA_SHORT, Expected.reflectedCrc(16, 0xa001, 0, data)));
    with("crc64", this::crc64);
    with("crc8", this::crc8);
    with("libarc4", it -> arc4(it, "arc4"));
    with("cifs_arc4", it -> arc4(it, "cifs_arc4"));
    with("libpoly1305", this::poly1305);
    with("lz4_compress", it -> compress(it, "LZ4_compress_default", COMPRESS));
    with("lz4_compress", it -> compress(it, "LZ4_compress_fast", COMPRESS_BY));
    with("lz4hc_compress", it -> compress(it, "LZ4_compress_HC", COMPRESS_BY));
    with("cordic", this::cordic);
    with("rational", this::rational);
    with("libdes", this::des);
  }

  private void with(String module, Calls calls) throws Throwable {
    if (!only.isEmpty() && !only.contains(module)) {
      return;
    }
    if (!kernel.has(module)) {
      System.out.printf("%s: built in or not there%n", module);
      return;
    }
    try (LoadedModule loaded = kernel.load(module)) {
      calls.make(loaded);
    } catch (ModuleException refused) {
      // By its end a refusal says why; two reasons are known ones, all others are errors.
      String why = String.valueOf(refused.getMessage());
      if (!why.contains("R_X86_64_32S") && !why.contains("__stack_chk_fail")) {
        throw refused;
      }
      System.out.printf("%s: cannot be here: %s%n", module, why);
    }
  }

  private void check(String function, boolean fine) {
    System.out.printf("%s: %s%n", function, fine ? "right" : "WRONG");
    if (fine) {
      right++;
    } else {
      wrong.add(function);
    }
  }

  private void crc(LoadedModule module, String name, MemoryLayout type, long expected)
      throws Throwable {
    MethodHandle crc =
        kernel.function(module, name, FunctionDescriptor.of(type, type, ADDRESS, JAVA_LONG));
    Object none = type.byteSize() == 1 ? (Object) (byte) 0 : (Object) (short) 0;
    var found = (Number) crc.invokeWithArguments(none, source, (long) data.length);
    long mask = (1L << 8 * type.byteSize()) - 1;
    check(name, (found.longValue() & mask) == (expected & mask));
  }

  private void crc64(LoadedModule module) throws Throwable {
    var descriptor = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
    long length = data.length;
    MethodHandle big = kernel.function(module, "crc64_be", descriptor);
    long expected = Expected.crc(64, 0x42f0e1eba9ea3693L, 5, data);
    check("crc64_be", (long) big.invokeExact(5L, source, length) == expected);
    MethodHandle rocksoft = kernel.function(module, "crc64_rocksoft_generic", descriptor);
    expected = ~Expected.reflectedCrc(64, 0x9a6c9329ac4bc9b5L, ~5L, data);
    check("crc64_rocksoft_generic", (long) rocksoft.invokeExact(5L, source, length) == expected);
  }

  private void crc8(LoadedModule module) throws Throwable {
    var populate = FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT);
    // Unsigned bytes and shorts are widened by the caller, and so declared as ints here.
    var sum = FunctionDescriptor.of(JAVA_BYTE, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
    MethodHandle crc8 = kernel.function(module, "crc8", sum);
    MemorySegment table = arena.allocate(256);
    kernel.function(module, "crc8_populate_msb", populate).invokeExact(table, 0xd5);
    var found = (byte) crc8.invokeExact(table, source, 4096L, 0xff);
    check("crc8_populate_msb", tableOf(table, b -> Expected.crc(8, 0xd5, 0, b)));
    check("crc8", found == (byte) Expected.crc(8, 0xd5, 0xff, data));
    kernel.function(module, "crc8_populate_lsb", populate).invokeExact(table, 0xab);
    check("crc8_populate_lsb", tableOf(table, b -> Expected.reflectedCrc(8, 0xab, 0, b)));
  }

  private interface Checksum {
    long of(byte[] bytes);
  }

  private static boolean tableOf(MemorySegment table, Checksum checksum) {
    boolean same = true;
    for (int i = 0; i < 256; i++) {
      same &= table.get(JAVA_BYTE, i) == (byte) checksum.of(new byte[] {(byte) i});
    }
    return same;
  }

  private void arc4(LoadedModule module, String prefix) throws Throwable {
    byte[] key = Arrays.copyOf(data, 16);
    MemorySegment context = arena.allocate(258 * 4L, 8);
    MethodHandle setKey =
        kernel.function(
            module,
            prefix + "_setkey",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    int refused = (int) setKey.invokeExact(context, source, key.length);
    // A key's first swap: 0 with what the first byte of the key says, and so on; the cipher tells.
    check(prefix + "_setkey", refused == 0 && isPermutation(context));
    MethodHandle crypt =
        kernel.function(
            module,
            prefix + "_crypt",
            FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS, JAVA_INT));
    MemorySegment out = arena.allocate(data.length);
    crypt.invokeExact(context, out, source, data.length);
    byte[] expected = Expected.encrypted("ARCFOUR", key, data);
    check(prefix + "_crypt", Arrays.equals(expected, out.toArray(JAVA_BYTE)));
  }

  private static boolean isPermutation(MemorySegment context) {
    return Arrays.stream(context.asSlice(0, 1024).toArray(JAVA_INT)).distinct().count() == 256;
  }

  private void poly1305(LoadedModule module) throws Throwable {
    MemorySegment key = arena.allocate(64, 8);
    MemorySegment state = arena.allocate(64, 8);
    MemorySegment tag = arena.allocate(16);
    MemorySegment pad = arena.allocateFrom(JAVA_INT, 0x01020304, -5, 6, 0x70000000);
    kernel
        .function(module, "poly1305_core_setkey", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS))
        .invokeExact(key, source);
    MethodHandle blocks =
        kernel.function(
            module,
            "poly1305_core_blocks",
            FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT));
    blocks.invokeExact(state, key, source, data.length / 16, 1);
    MethodHandle emit =
        kernel.function(
            module, "poly1305_core_emit", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS));
    emit.invokeExact(state, MemorySegment.NULL, tag);
    byte[] secret = Arrays.copyOf(data, 16);
    byte[] plain = Expected.poly1305(secret, new byte[16], data);
    check("poly1305_core_setkey, _blocks", Arrays.equals(plain, tag.toArray(JAVA_BYTE)));
    emit.invokeExact(state, pad, tag);
    byte[] padded = Expected.poly1305(secret, words(pad), data);
    check("poly1305_core_emit", Arrays.equals(padded, tag.toArray(JAVA_BYTE)));
  }

  /** Four words as bytes, the least significant first, whatever this machine's order is. */
  private static byte[] words(MemorySegment pad) {
    var bytes = new byte[16];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (pad.get(JAVA_INT, i & -4) >>> 8 * (i & 3));
    }
    return bytes;
  }

  private void compress(LoadedModule module, String name, FunctionDescriptor descriptor)
      throws Throwable {
    MemorySegment out = arena.allocate(2L * data.length);
    MemorySegment work = arena.allocate(1 << 19, 8);
    MethodHandle function = kernel.function(module, name, descriptor);
    int most = (int) out.byteSize();
    int length =
        descriptor.equals(COMPRESS)
            ? (int) function.invokeExact(source, out, data.length, most, work)
            : (int) function.invokeExact(source, out, data.length, most, 9, work);
    byte[] block = out.asSlice(0, length).toArray(JAVA_BYTE);
    byte[] unpacked = Expected.unpackedLz4(block, data.length);
    check(name, length < data.length - 1000 && Arrays.equals(data, unpacked));
  }

  /** Returns a structure, which is in a register on arm64 and behind a hidden pointer on s390x. */
  private void cordic(LoadedModule module) throws Throwable {
    var pair = MemoryLayout.structLayout(JAVA_INT.withName("i"), JAVA_INT.withName("q"));
    MethodHandle function =
        kernel.function(module, "cordic_calc_iq", FunctionDescriptor.of(pair, JAVA_INT));
    boolean fine = true;
    for (int degrees : List.of(0, 30, 45, 90, 137, 180, -20)) {
      var found = (MemorySegment) function.invokeExact((SegmentAllocator) arena, degrees);
      double angle = Math.toRadians(degrees);
      fine &= Math.abs(found.get(JAVA_INT, 0) - 65536 * Math.cos(angle)) < 64;
      fine &= Math.abs(found.get(JAVA_INT, 4) - 65536 * Math.sin(angle)) < 64;
    }
    check("cordic_calc_iq", fine);
  }

  private void rational(LoadedModule module) throws Throwable {
    MethodHandle function =
        kernel.function(
            module,
            "rational_best_approximation",
            FunctionDescriptor.ofVoid(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS));
    MemorySegment numerator = arena.allocate(JAVA_LONG);
    MemorySegment denominator = arena.allocate(JAVA_LONG);
    boolean fine = true;
    for (long[] asked : new long[][] {{31415, 10000, 255, 31}, {1230, 10, 100, 20}, {7, 9, 5, 8}}) {
      function.invokeExact(asked[0], asked[1], asked[2], asked[3], numerator, denominator);
      long[] found = {numerator.get(JAVA_LONG, 0), denominator.get(JAVA_LONG, 0)};
      fine &= Arrays.equals(found, Expected.nearest(asked[0], asked[1], asked[2], asked[3]));
    }
    check("rational_best_approximation", fine);
  }

  private void des(LoadedModule module) throws Throwable {
    MemorySegment context = arena.allocate(128, 8);
    MemorySegment out = arena.allocate(8);
    MethodHandle expand =
        kernel.function(
            module, "des_expand_key", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    check("des_expand_key", (int) expand.invokeExact(context, source, 8) == 0);
    var crypt = FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS);
    kernel.function(module, "des_encrypt", crypt).invokeExact(context, out, source);
    byte[] block = Arrays.copyOf(data, 8);
    byte[] expected = Expected.encrypted("DES/ECB/NoPadding", block, block);
    check("des_encrypt", Arrays.equals(expected, out.toArray(JAVA_BYTE)));
    kernel.function(module, "des_decrypt", crypt).invokeExact(context, out, out);
    check("des_decrypt", Arrays.equals(block, out.toArray(JAVA_BYTE)));
  }
}
