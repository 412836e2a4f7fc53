package org.jitalloc.modules.real;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.jitalloc.modules.real.FittedModule.Reference;

/** For one processor that needs no thunks: calls and returns are direct, locks are gone. */
final class FittedAmd64 extends FittedPlaces {
  private static final int ONE_PROCESSOR = 3 * 32 + 9;
  private static final List<String> REGISTERS =
      List.of(
          "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
          "r13", "r14", "r15");
  private static final byte[] RETURN = HexFormat.of().parseHex("c3cccccccc");
  private static final byte[] NOTHING = HexFormat.of().parseHex("0f1f440000");
  private static final byte[] RESULT_0 = HexFormat.of().parseHex("2e2e2e31c0");

  @Override
  Set<Integer> features() {
    return Set.of(ONE_PROCESSOR);
  }

  @Override
  void check(FittedModule module) {
    for (Reference site : module.references(".return_sites").values()) {
      long place = module.address(site);
      byte[] now = module.now(place, 5);
      require(Arrays.equals(RETURN, now), "return", module, place, now);
    }
    for (Reference site : module.references(".smp_locks").values()) {
      long place = module.address(site);
      byte[] now = module.now(place, 1);
      require(now[0] == 0x3e, "lock", module, place, now);
    }
    module.references(".retpoline_sites").values().forEach(site -> indirect(module, site));
    paravirtual(module);
    Map<Long, Reference> calls = module.references(".static_call_sites");
    for (long at = 0; calls.containsKey(at); at += 8) {
      staticCall(module, calls.get(at), calls.get(at + 4));
    }
  }

  /** A call by the kernel's table: left as it was, or an alternative has come there. */
  private void paravirtual(FittedModule module) {
    Set<Long> left = module.left(Kind.PARAVIRTUAL);
    Set<Long> alternatives =
        module.references(".altinstructions").values().stream()
            .map(module::address)
            .collect(Collectors.toSet());
    for (Reference site : module.references(".parainstructions").values()) {
      long place = module.address(site);
      byte[] now = module.now(place, 6);
      boolean isSame = Arrays.equals(module.before(place, 6), now);
      if (left.remove(place)) {
        boolean isCall = now[0] == (byte) 0xff && now[1] == 0x15;
        require(isSame && isCall, "paravirtual call", module, place, now);
      } else {
        boolean isReplaced = !isSame && alternatives.contains(place);
        require(isReplaced, "paravirtual call with an alternative", module, place, now);
      }
    }
    left.forEach(place -> require(false, "call in no table", module, place, module.now(place, 6)));
  }

  private void indirect(FittedModule module, Reference site) {
    long place = module.address(site);
    var section = module.sectionAt(place);
    Map<Long, Reference> code = module.references(section.index());
    byte[] before = module.before(place, 6);
    int opcode = before[0] & 0xff;
    int at = opcode == 0x2e || opcode == 0x0f ? 2 : 1;
    Reference thunk = code.get(place - section.address() + at);
    int register =
        REGISTERS.indexOf(module.name(thunk).substring("__x86_indirect_thunk_".length()));
    boolean isCall = (before[at - 1] & 0xff) == 0xe8;
    String rex = register >= 8 ? "41" : "";
    String branch = rex + "ff%02x".formatted((isCall ? 0xd0 : 0xe0) | register & 7);
    if (opcode == 0x0f) {
      branch = "%02x04".formatted(0x70 | (before[1] & 15) ^ 1) + branch;
    }
    byte[] expected = HexFormat.of().parseHex(branch);
    byte[] now = module.now(place, expected.length);
    require(Arrays.equals(expected, now), "indirect branch", module, place, now);
  }

  private void staticCall(FittedModule module, Reference site, Reference key) {
    long place = module.address(site);
    byte[] now = module.now(place, 5);
    byte[] before = module.before(place, 5);
    int section = module.object.symbolSection(key.symbol());
    if (section == 0) {
      require(Arrays.equals(before, now), "static call by others' keys", module, place, now);
      return;
    }
    long offset = module.object.symbolValue(key.symbol()) + (key.addend() & ~3);
    Reference function = module.references(section).get(offset);
    boolean isCall = (before[0] & 0xff) == 0xe8;
    if (function == null) {
      byte[] expected = isCall ? NOTHING : RETURN;
      require(Arrays.equals(expected, now), "static call of nothing", module, place, now);
    } else if (isCall && module.name(function).equals("__static_call_return0")) {
      require(Arrays.equals(RESULT_0, now), "static call of 0", module, place, now);
    } else {
      int distance = ByteBuffer.wrap(now).order(ByteOrder.LITTLE_ENDIAN).getInt(1);
      boolean isRight = now[0] == before[0] && place + 5 + distance == module.address(function);
      require(isRight, "static call", module, place, now);
    }
  }
}
