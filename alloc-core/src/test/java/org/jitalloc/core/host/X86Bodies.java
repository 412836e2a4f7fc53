package org.jitalloc.core.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Machine code for x86-64. */
final class X86Bodies implements Bodies {

  private static byte[] hex(String code) {
    return HexFormat.of().parseHex(code);
  }

  /** Loads rax with a constant: mov rax, imm64. */
  private static byte[] constant(long number) {
    return ByteBuffer.allocate(10)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) 0xb848)
        .putLong(number)
        .array();
  }

  @Override
  public byte[] callerStart() {
    return hex("31c0"); // xor eax, eax
  }

  @Override
  public byte[] callerEnd() {
    return returns();
  }

  @Override
  public byte[] addOne() {
    return hex("83c001c3"); // add eax, 1; ret
  }

  @Override
  public byte[] addMany() {
    return hex("0500000100c3"); // add eax, 65536; ret
  }

  @Override
  public byte[] returns() {
    return hex("c3");
  }

  @Override
  public Change changeOverTrap() {
    return new Change(hex("b801000000"), hex("b802000000")); // mov eax, 1 or 2
  }

  @Override
  public byte[] countingHandler(long counter) {
    return Bodies.join(constant(counter), hex("48ff00c3")); // inc qword [rax]; ret
  }

  @Override
  public byte[] sumOfMixedArguments() {
    return hex("f2480f2ac7f20f58c1c3"); // cvtsi2sd xmm0, rdi; addsd xmm0, xmm1; ret
  }

  @Override
  public byte[] waits() {
    // mov dword [rdi], 1; wait: pause; cmp dword [rdi+4], 0; je wait; mov eax, 7; ret
    return hex("c70701000000f390837f040074f8b807000000c3");
  }

  @Override
  public byte[] jumpsTo(long target) {
    return Bodies.join(constant(target), hex("ffe0")); // jmp rax
  }
}
