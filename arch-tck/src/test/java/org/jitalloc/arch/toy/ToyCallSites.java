package org.jitalloc.arch.toy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.trace.CallSite;
import org.jitalloc.arch.trace.CallSiteForm;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Patch;

/** A nop or a call; compilers leave either. */
final class ToyCallSites implements CallSites {
  private static final byte[] NOP = Word.bytes(Word.of(Word.NOP, 0));

  @Override
  public String arch() {
    return ToyArch.NAME;
  }

  @Override
  public List<CallSiteForm> forms() {
    var form = new Entry();
    return Flaw.FORMS_HAVE_ONE_NAME.is() ? List.of(form, form) : List.of(form);
  }

  private static final class Entry implements CallSiteForm {
    @Override
    public String name() {
      return "entry";
    }

    @Override
    public int bytes() {
      return Word.BYTES;
    }

    @Override
    public int alignBytes() {
      return Word.BYTES;
    }

    @Override
    public int lookBytes() {
      return Word.BYTES;
    }

    @Override
    public int trampolineBytes() {
      return 0;
    }

    @Override
    public long reachBytes() {
      return Word.REACH_BYTES;
    }

    @Override
    public OptionalLong find(long recorded, byte[] code) {
      boolean whole = recorded % Word.BYTES == 0 && code.length >= Word.BYTES;
      boolean found = whole && isSite(code) || Flaw.EVERYTHING_IS_A_SITE.is();
      return found ? OptionalLong.of(recorded) : OptionalLong.empty();
    }

    private static boolean isSite(byte[] code) {
      return Arrays.equals(code, NOP) || Word.operation(code) == Word.CALL;
    }

    @Override
    public List<Patch> prepare(CallSite site, byte[] compiled) {
      if (!isSite(compiled)) {
        throw new JitAllocException(
            Reason.TEXT_MISMATCH, "found " + HexFormat.of().formatHex(compiled));
      }
      return Arrays.equals(compiled, NOP) ? List.of() : List.of(patch(site, compiled, NOP));
    }

    @Override
    public List<Patch> enable(CallSite site, long tracer) {
      return List.of(patch(site, NOP, call(site, tracer)));
    }

    @Override
    public List<Patch> redirect(CallSite site, long from, long to) {
      return List.of(patch(site, call(site, from), call(site, to)));
    }

    @Override
    public List<Patch> disable(CallSite site, long tracer) {
      byte[] before = Flaw.DISABLES_WHAT_IS_DISABLED.is() ? NOP : call(site, tracer);
      return List.of(patch(site, before, NOP));
    }

    private static byte[] call(CallSite site, long tracer) {
      if (Flaw.FAR_TRACER_IS_CUT_OFF.is()) {
        long words = (tracer - site.address()) / Word.BYTES;
        return Word.bytes(Word.of(Word.CALL, (int) words));
      }
      long off = Flaw.CALLS_THE_NEXT_WORD.is() ? Word.BYTES : 0;
      return new ToyTextPoke().encode(new Instruction.Call(tracer), site.address() - off);
    }

    private static Patch patch(CallSite site, byte[] before, byte[] after) {
      return new Patch(Patch.Kind.INSTRUCTION, site.address(), before, after);
    }
  }
}
