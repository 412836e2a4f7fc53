package org.jitalloc.arch.x86.fixup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.function.IntPredicate;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.support.fixup.RelocatedNames;
import org.jitalloc.arch.x86.asm.Padding;
import org.jspecify.annotations.Nullable;

/**
 * Binds static calls to the function that their key has when the module is loaded. A key ({@code
 * struct static_call_key}, include/linux/static_call_types.h) begins with the address of the
 * function, 0 if there is none. The replacements are those of the kernel
 * (arch/x86/kernel/static_call.c): a direct call or jump; without a function a no-operation or a
 * return; for the function that returns 0, its result.
 *
 * <p>Only keys in the module can be read. Calls by other keys do not change: they call the
 * trampoline of the key, which the owner of the key updates.
 */
final class StaticCalls {
  private static final String RETURN_THUNK = "__x86_return_thunk";
  private static final String RETURN_0 = "__static_call_return0";
  private static final int CALL = 0xe8;
  private static final int JUMP = 0xe9;
  private static final int RET = 0xc3;
  private static final int INT3 = 0xcc;
  private static final int BRANCH_BYTES = 5;
  private static final int DISTANCE_BYTES = 4;

  /** {@code xor %eax, %eax} with prefixes without effect, of the length of a call. */
  private static final byte[] RESULT_0 = {0x2e, 0x2e, 0x2e, 0x31, (byte) 0xc0};

  private final RelocatableObject object;
  private final PlacedObject placed;
  private final boolean usesReturnThunk;
  private final OptionalLong returnThunk;

  /** The keys with the function that returns 0. */
  private final RelocatedNames<Boolean> return0;

  StaticCalls(RelocatableObject object, PlacedObject placed, IntPredicate features) {
    this.object = object;
    this.placed = placed;
    usesReturnThunk = features.test(Features.RETHUNK);
    returnThunk = address(RETURN_THUNK);
    return0 =
        new RelocatedNames<>(
            object,
            placed,
            section -> !object.isCode(section),
            name -> name.equals(RETURN_0) ? true : null);
  }

  private OptionalLong address(String name) {
    for (int symbol = 1; symbol < object.symbolCount(); symbol++) {
      if (object.symbolName(symbol).equals(name)) {
        long address = placed.symbolAddresses()[symbol];
        return address != 0 || placed.hasAddress(symbol)
            ? OptionalLong.of(address)
            : OptionalLong.empty();
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Binds a call.
   *
   * @param fixup the location
   * @param now the present bytes
   * @return the new bytes; null if the key is outside of the module, or the function is out of
   *     reach
   * @throws IllegalArgumentException if the present bytes are no call or jump
   */
  byte @Nullable [] bind(CodeFixup fixup, byte[] now) {
    boolean isTail = fixup.kind() == Kind.STATIC_TAIL_CALL;
    boolean isConditional =
        isTail && now.length == BRANCH_BYTES + 1 && now[0] == 0x0f && (now[1] & 0xf0) == 0x80;
    boolean isBranch = now.length == BRANCH_BYTES && (now[0] & 0xff) == (isTail ? JUMP : CALL);
    if (!isBranch && !isConditional) {
      throw new IllegalArgumentException(
          "0x%x: no static %s: %s"
              .formatted(
                  fixup.address(), isTail ? "tail call" : "call", HexFormat.of().formatHex(now)));
    }
    OptionalLong key = key(fixup.other());
    if (key.isEmpty()) {
      return null;
    }
    long function = key.getAsLong();
    if (function == 0) {
      return isTail ? nothingInTheEnd(fixup, now, isConditional) : Padding.nops(BRANCH_BYTES);
    }
    return return0.at(fixup.other()) != null && !isTail
        ? RESULT_0.clone()
        : to(function, fixup, now);
  }

  /** {@return the function of a key; empty if the key is outside of the module} */
  private OptionalLong key(long address) {
    for (int i = 1; i < object.sectionCount(); i++) {
      long offset = address - placed.address(i);
      if (placed.address(i) != 0
          && !object.isCode(i)
          && offset >= 0
          && offset <= placed.length(i) - Long.BYTES) {
        ByteBuffer bytes = ByteBuffer.wrap(placed.bytes(i)).order(ByteOrder.LITTLE_ENDIAN);
        return OptionalLong.of(bytes.getLong(placed.offset(i) + (int) offset));
      }
    }
    return OptionalLong.empty();
  }

  /**
   * {@return the replacement of a tail call without a function: a return; null for a conditional
   * one, which needs the kernel's thunk}
   */
  private byte @Nullable [] nothingInTheEnd(CodeFixup fixup, byte[] now, boolean isConditional) {
    if (usesReturnThunk) {
      return returnThunk.isPresent() ? to(returnThunk.getAsLong(), fixup, now) : null;
    }
    if (isConditional) {
      return null;
    }
    var code = new byte[BRANCH_BYTES];
    Arrays.fill(code, (byte) INT3);
    code[0] = (byte) RET;
    return code;
  }

  /** {@return the branch with another target} */
  private static byte @Nullable [] to(long target, CodeFixup fixup, byte[] now) {
    long distance = target - (fixup.address() + now.length);
    if (distance != (int) distance) {
      return null;
    }
    byte[] code = now.clone();
    ByteBuffer.wrap(code)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(now.length - DISTANCE_BYTES, (int) distance);
    return code;
  }
}
