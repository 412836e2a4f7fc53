package org.jitalloc.arch.x86.trace;

import java.util.List;
import java.util.Set;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.arch.trace.ProbeText;
import org.jitalloc.arch.x86.X86Arch;
import org.jitalloc.arch.x86.decode.Detour.Moved;
import org.jitalloc.arch.x86.decode.Detour.Refused;
import org.jitalloc.arch.x86.decode.OutOfLine;
import org.jitalloc.arch.x86.decode.Refusal;
import org.osgi.service.component.annotations.Component;

/** Probes of x86-64. */
@Component(property = "jit.arch=amd64")
public final class X86Probes implements ProbeCodec {
  private static final int JUMP_BYTES = 5;

  /** What a displacement of four bytes reaches, less than a detour is long. */
  private static final long REACH_BYTES = (1L << 31) - 4096;

  @Override
  public String arch() {
    return X86Arch.NAME;
  }

  @Override
  public List<String> registers() {
    return ProbeEntryCode.REGISTERS;
  }

  @Override
  public long reachBytes() {
    return REACH_BYTES;
  }

  @Override
  public ProbeText read(byte[] code) {
    return new X86ProbeText(code);
  }

  @Override
  public byte[] entry(long handler, Set<String> cpuFeatures) {
    return new ProbeEntryCode(handler, cpuFeatures).emit();
  }

  @Override
  public byte[] detour(Detour detour, long at, long entry) {
    var code = new DetourCode(at, entry);
    if (detour.before()) code.callHandler(detour.id());
    byte[] moved = move(detour, code.address());
    if (!detour.after()) return code.append(moved, moved.length).finish();
    code.append(moved, moved.length - JUMP_BYTES);
    code.callHandler(-detour.id());
    return code.jump(detour.address() + detour.code().length).finish();
  }

  private static byte[] move(Detour detour, long to) {
    byte[] code = detour.code();
    return switch (OutOfLine.move(code, 0, code.length, detour.address(), to)) {
      case Moved(byte[] moved) -> moved;
      case Refused(Refusal why, _, String text) ->
          throw new JitAllocException(
              why == Refusal.UNREACHABLE ? Reason.UNREACHABLE : Reason.INVALID_REQUEST, text);
    };
  }

  @Override
  public byte[] returnPlace(long at, long entry) {
    return new DetourCode(at, entry).takeReturn().finish();
  }
}
