package org.jitalloc.arch.toy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokePlan.Step;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokePlan.Trap;
import org.jitalloc.arch.PokePlan.Write;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.TrapHandler;

/**
 * Nops, jumps and calls are replaced by one store; other changes use a trap. Of a pair of words,
 * one may change.
 */
final class ToyTextPoke implements TextPoke {
  private static final byte[] TRAP = ToyWord.bytes(ToyWord.of(ToyWord.TRAP, 1));

  @Override
  public String arch() {
    return ToyArch.NAME;
  }

  @Override
  public int siteBytes() {
    return ToyWord.BYTES;
  }

  @Override
  public byte[] encode(Instruction instruction, long address) {
    return switch (instruction) {
      case Instruction.Nop _ -> ToyWord.bytes(ToyWord.of(ToyWord.NOP, 0));
      case Instruction.Jump(long target) -> relative(ToyWord.JUMP, target - address, target);
      case Instruction.Call(long target) -> relative(ToyWord.CALL, target - address, target);
      case Instruction.Breakpoint _ -> TRAP.clone();
      case Instruction.Raw raw -> {
        byte[] code = raw.bytes();
        if (Flaw.RAW_IS_CHANGED.is()) {
          code[3]++;
        }
        yield code;
      }
    };
  }

  private static byte[] relative(int operation, long distance, long target) {
    boolean reaches = distance >= -ToyWord.REACH_BYTES && distance < ToyWord.REACH_BYTES;
    if (!reaches && !Flaw.FAR_JUMP_IS_CUT_OFF.is()) {
      throw new JitAllocException(Reason.UNREACHABLE, "to=0x%x".formatted(target));
    }
    return ToyWord.bytes(ToyWord.of(operation, (int) (distance / ToyWord.BYTES)));
  }

  static boolean atOnce(byte[] before, byte[] after) {
    return isFree(before) && isFree(after) || isTrap(before) || isTrap(after);
  }

  private static boolean isFree(byte[] code) {
    return ToyWord.operation(code) >= ToyWord.NOP && ToyWord.operation(code) <= ToyWord.CALL;
  }

  private static boolean isTrap(byte[] code) {
    return ToyWord.operation(code) == ToyWord.TRAP;
  }

  @Override
  public PokePlan plan(List<PokeSite> all) {
    refuse(all);
    var whole = Flaw.FORGETS_THE_LAST_SITE.is() ? all.subList(0, all.size() - 1) : all;
    var sites = whole.stream().map(ToyTextPoke::changedWord).toList();
    boolean always = Flaw.ALWAYS_AT_ONCE.is();
    var byTrap =
        sites.stream()
            .filter(s -> !always && (isPair(s) || !atOnce(s.oldBytes(), s.newBytes())))
            .toList();
    var steps = new ArrayList<Step>();
    for (var site : byTrap) {
      steps.add(new Write(site.address(), TRAP));
      if (Flaw.SYNCS_FOR_EACH_SITE.is()) {
        steps.add(new Sync());
      }
    }
    if (!byTrap.isEmpty() && !Flaw.NO_SYNC_BEHIND_TRAPS.is()) {
      steps.add(new Sync());
    }
    if (Flaw.RACY_PAIR.is()) {
      secondWords(steps, sites);
    }
    for (var site : sites) {
      write(steps, site);
    }
    if (!Flaw.NO_SYNC_AT_THE_END.is()) {
      steps.add(new Sync());
    }
    var known = Flaw.TRAPS_WITHOUT_RECORDS.is() ? List.<PokeSite>of() : byTrap;
    int recordBytes = ToyTrapHandler.RECORD_BYTES - (Flaw.SHORT_RECORDS.is() ? 16 : 8);
    return new PokePlan(
        steps, known.stream().map(s -> new Trap(s.address(), new byte[recordBytes])).toList());
  }

  /** The second words of pairs, while a trap keeps threads from entering. */
  private static void secondWords(List<Step> steps, List<PokeSite> sites) {
    var pairs = sites.stream().filter(ToyTextPoke::isPair).toList();
    for (var pair : pairs) {
      byte[] second = Arrays.copyOfRange(pair.newBytes(), ToyWord.BYTES, 2 * ToyWord.BYTES);
      steps.add(new Write(pair.address() + ToyWord.BYTES, second));
    }
    if (!pairs.isEmpty()) {
      steps.add(new Sync());
    }
  }

  private static boolean isPair(PokeSite site) {
    return site.oldBytes().length == 2 * ToyWord.BYTES;
  }

  /** A pair of which one word changes is poked as that word. */
  private static PokeSite changedWord(PokeSite site) {
    byte[] before = site.oldBytes();
    byte[] after = site.newBytes();
    if (!isPair(site)) {
      return site;
    }
    int first = Arrays.mismatch(before, after) & -ToyWord.BYTES;
    int end = first + ToyWord.BYTES;
    if (!Arrays.equals(before, end, before.length, after, end, after.length)) {
      return site;
    }
    return new PokeSite(
        site.address() + first,
        Arrays.copyOfRange(before, first, end),
        Arrays.copyOfRange(after, first, end));
  }

  private static void refuse(List<PokeSite> sites) {
    boolean calls = sites.stream().anyMatch(s -> ToyWord.operation(s.newBytes()) == ToyWord.CALL);
    boolean pairs = sites.stream().map(ToyTextPoke::changedWord).anyMatch(ToyTextPoke::isPair);
    if (pairs && !Flaw.RACY_PAIR.is()) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "a thread between two words would execute the old first one and the new second one");
    }
    if (calls && Flaw.REFUSES_CALLS.is()) {
      throw new JitAllocException(Reason.UNSUPPORTED, "calls");
    }
  }

  private static void write(List<Step> steps, PokeSite site) {
    if (!Flaw.BYTE_BY_BYTE.is()) {
      steps.add(new Write(site.address(), Arrays.copyOf(site.newBytes(), ToyWord.BYTES)));
      return;
    }
    for (int i = 0; i < ToyWord.BYTES; i++) {
      steps.add(new Write(site.address() + i, new byte[] {site.newBytes()[i]}));
    }
  }

  @Override
  public Optional<TrapHandler> trapHandler() {
    return Optional.of(new ToyTrapHandler());
  }
}
