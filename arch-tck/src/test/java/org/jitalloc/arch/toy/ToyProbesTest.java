package org.jitalloc.arch.toy;

import java.util.List;
import java.util.Set;
import org.jitalloc.arch.tck.ProbesTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.ProbeCodec;

class ToyProbesTest extends ProbesTck {

  @Override
  protected ProbeCodec probes() {
    return new ToyProbes();
  }

  @Override
  protected String stackPointer() {
    return "sp";
  }

  @Override
  protected Toolchain toolchain() {
    return new ToyTools();
  }

  @Override
  protected String call(int id) {
    return "result %d;call @0x%x;".formatted(id, ENTRY);
  }

  @Override
  protected Counting counting(Set<String> features) {
    String add = features.contains(ToyProbes.FAST) ? "op3e 0x%x;" : "op31 0x%x;op32;";
    return new Counting("", at -> ("op30 0x%x;" + add).formatted(at >>> 24, at & 0xffffff), "");
  }

  @Override
  protected String returnPlace() {
    return call(0) + "op39;";
  }

  @Override
  protected List<Move> moves() {
    return List.of(
        new Move("op11 1, 2, 3", "op11 1, 2, 3;jump @0x1004"),
        new Move("jumpif @0x1100", "jumpif @0x1100;jump @0x1004"),
        new Move("jump @0x800", "jump @0x800;jump @0x1004"),
        new Move("call @0x3000", "op33 @0x1004;jump @0x3000;jump @0x1004"));
  }

  @Override
  protected List<String> refused() {
    return List.of("trap", "op40 1, 2, 3");
  }

  @Override
  protected List<String> allowed() {
    return List.of("nop", "return", "call 7", "op10 1, 2, 3");
  }

  @Override
  protected String function() {
    return "op34 1;nop;jumpif @0x1010;call @0x2000;op10 1, 2, 3;result 7;return;";
  }

  @Override
  protected Set<String> optionalFeatures() {
    return Set.of(ToyProbes.FAST);
  }

  @Override
  protected List<String> marks(Set<String> features) {
    return List.of("op34 0xf", "op35 0x7fff12", "op36 0x345678", "op37", "op38 0xf", "return");
  }
}
