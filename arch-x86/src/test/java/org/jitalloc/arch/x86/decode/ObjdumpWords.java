package org.jitalloc.arch.x86.decode;

import java.util.Set;

/** What objdump's words mean. */
final class ObjdumpWords {
  private static final Set<String> PREFIXES =
      Set.of(
          "lock",
          "repz",
          "repnz",
          "rep",
          "data16",
          "addr32",
          "cs",
          "ds",
          "es",
          "fs",
          "gs",
          "ss",
          "notrack",
          "bnd",
          "xacquire",
          "xrelease",
          "{vex}",
          "{vex3}",
          "{evex}");

  private ObjdumpWords() {}

  private static boolean isPrefix(String word) {
    boolean hint = word.endsWith(",pt") || word.endsWith(",pn");
    return PREFIXES.contains(word) || !hint && (word.equals("rex") || word.startsWith("rex."));
  }

  /** Prefixes alone: objdump shows those that the processor ignores on a line of their own. */
  static boolean isPrefixesOnly(String text) {
    if (text.isBlank()) {
      return false;
    }
    for (String word : text.strip().split("\\s+")) {
      if (!isPrefix(word)) {
        return false;
      }
    }
    return true;
  }

  /** How long a WAIT is at the start of what objdump takes for one instruction, or 0. */
  static int waitLength(byte[] code, int start, int length) {
    for (int i = 0; i < length; i++) {
      byte shape = Decoder.SHAPES[code[start + i] & 0xff];
      if (shape == Shape.PREFIX || shape == Shape.REX) {
        continue;
      }
      return code[start + i] == (byte) 0x9b ? i + 1 : 0;
    }
    return 0;
  }

  private static String[] words(String text) {
    String[] words = text.strip().split("\\s+");
    int first = 0;
    while (first < words.length - 1 && isPrefix(words[first])) {
      first++;
    }
    return java.util.Arrays.copyOfRange(words, first, words.length);
  }

  static String mnemonic(String text) {
    String word = words(text)[0];
    int hint = word.indexOf(',');
    return hint < 0 ? word : word.substring(0, hint);
  }

  /** What the mnemonic says of the flow of control. */
  static ControlTransfer flow(String text) {
    String mnemonic = mnemonic(text);
    boolean indirect = text.contains(" *");
    return switch (mnemonic) {
      case "jmp", "jmpw" -> indirect ? ControlTransfer.INDIRECT_JUMP : ControlTransfer.JUMP;
      case "call", "callw" -> indirect ? ControlTransfer.INDIRECT_CALL : ControlTransfer.CALL;
      case "ljmp", "ljmpl", "ljmpw", "rex.Wljmp", "lcall", "lcalll", "lcallw" ->
          ControlTransfer.FAR;
      case "ret", "retw" -> ControlTransfer.RETURN;
      case "lret", "lretl", "lretw", "lretq", "iret", "iretw", "iretl", "iretq" ->
          ControlTransfer.FAR_RETURN;
      case "sysret", "sysretl", "sysretq", "sysexit", "sysexitl", "sysexitq", "rsm", "uiret" ->
          ControlTransfer.FAR_RETURN;
      case "jrcxz", "jecxz", "jcxz" -> ControlTransfer.RCX_ZERO;
      case "syscall" -> ControlTransfer.SYSTEM_CALL;
      case "sysenter" -> ControlTransfer.SYSTEM_ENTER;
      case "int", "int3", "int1", "icebp" -> ControlTransfer.INTERRUPT;
      case "hlt" -> ControlTransfer.HALT;
      case "ud0", "ud1", "ud2" -> ControlTransfer.UNDEFINED;
      case "xbegin" -> ControlTransfer.TRANSACTION;
      default -> other(mnemonic);
    };
  }

  private static final Set<String> VIRTUALIZATION =
      Set.of(
          "enclv",
          "vmcall",
          "vmlaunch",
          "vmresume",
          "vmxoff",
          "tdcall",
          "seamret",
          "seamops",
          "seamcall",
          "vmfunc",
          "enclu",
          "encls",
          "vmrun",
          "vmmcall",
          "vmgexit",
          "vmload",
          "vmsave",
          "stgi",
          "clgi",
          "skinit",
          "invlpga",
          "getsec");

  private static ControlTransfer other(String mnemonic) {
    if (mnemonic.startsWith("loop")) {
      return ControlTransfer.LOOP;
    }
    if (mnemonic.startsWith("j")) {
      return ControlTransfer.CONDITIONAL;
    }
    return VIRTUALIZATION.contains(mnemonic)
        ? ControlTransfer.VIRTUALIZATION
        : ControlTransfer.NEXT;
  }

  /** Where a relative branch goes. */
  static long target(String text) {
    String[] words = words(text);
    String word = words.length < 2 ? "" : words[1];
    return hex(word.startsWith("0x") ? word.substring(2) : word);
  }

  /** What a RIP-relative operand means. */
  static long ripTarget(String text) {
    String word = text.substring(text.indexOf("# ") + 2).split("[ <]")[0];
    return hex(word.startsWith("0x") ? word.substring(2) : word);
  }

  private static long hex(String digits) {
    try {
      return Long.parseUnsignedLong(digits, 16);
    } catch (NumberFormatException none) {
      return Long.MIN_VALUE;
    }
  }
}
