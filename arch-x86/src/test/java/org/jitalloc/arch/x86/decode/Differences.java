package org.jitalloc.arch.x86.decode;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where decoder and objdump differ on purpose: each with its name. */
final class Differences {
  private static final Pattern ABSENT =
      Pattern.compile(
          "mov.* .*%\\?|mov.*,%cs( |$)|mov +.*%cr([1567]|9|1[0-5])\\b|mov +.*%db([89]|1[0-5])\\b");

  private Differences() {}

  /** The name of a difference that is on purpose, or null if the two have to agree. */
  static @Nullable String name(DecodedInstruction ours, String text) {
    if (text.endsWith(" fwait")) {
      return "prefixes before WAIT";
    }
    return switch (ours.outcome()) {
      // objdump shows LOCK before anything; processors refuse it.
      case NOT_LOCKABLE -> "LOCK before what is not lockable";
      // objdump shows these before VEX, XOP and EVEX; processors refuse them.
      case PREFIX_BEFORE_VECTOR -> "66, F2, F3, LOCK, REX before VEX, XOP, EVEX";
      // objdump follows one vendor.
      case VENDOR_DEPENDENT -> "66 before a near branch";
      // objdump does not look at the highest bit of a register field that is not used.
      case UNDEFINED -> undefined(ours, text);
      default -> null;
    };
  }

  private static @Nullable String undefined(DecodedInstruction ours, String text) {
    if (isOnlyHighSource(ours)) {
      return "EVEX.V' without a register";
    }
    // objdump shows any number; processors refuse what they do not have.
    if (ABSENT.matcher(text).find()) {
      return "segment, control or debug register that is not there";
    }
    // objdump does not look at the mandatory prefix here.
    boolean zero = text.endsWith("vzeroupper") || text.endsWith("vzeroall");
    return zero && ours.mandatoryPrefix != 0 ? "VZEROUPPER with a prefix in VEX" : null;
  }

  private static boolean isOnlyHighSource(DecodedInstruction ours) {
    if (ours.encoding != Encoding.EVEX || (ours.vvvv & 0b1_1111) != 0b1111) {
      return false;
    }
    ours.vvvv |= 0b1_0000;
    boolean exists = OperandRules.exists(ours);
    ours.vvvv &= 0b1111;
    return exists;
  }
}
