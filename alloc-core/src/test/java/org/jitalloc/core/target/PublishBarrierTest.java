package org.jitalloc.core.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.Optional;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.Arch;
import org.jitalloc.core.host.Bodies;
import org.jitalloc.core.host.CountedSpaces;
import org.jitalloc.core.host.MachineArch;
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.quota.Rulebook;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Publishing text on architectures whose instruction fetch does not see stores by itself. */
class PublishBarrierTest {

  /** The architecture of this machine with a cache flush, or without one. */
  private static Arch arch(boolean flushes) {
    Arch real = MachineArch.get();
    Optional<byte[]> flush =
        flushes
            ? Optional.of(real.cacheFlush().orElse(Bodies.ofThisMachine().returns()))
            : Optional.empty();
    return (Arch)
        Proxy.newProxyInstance(
            Arch.class.getClassLoader(),
            new Class<?>[] {Arch.class},
            (_, method, arguments) ->
                method.getName().equals("cacheFlush") ? flush : method.invoke(real, arguments));
  }

  /** How many instruction barriers publishing memory takes. */
  private static int barriers(Arch arch, ModMemType type, boolean written) {
    var spaces = new CountedSpaces();
    try (TargetMemory target =
        TargetMemory.host(
            arch, spaces.open(arch), LeakPolicy.DEFAULT, new Rulebook(), () -> null)) {
      JitMemory memory = target.allocatorFor("test").allocate(type, 64);
      if (written) {
        memory.write(0, MachineArch.get().returnConstant(1));
      }
      int before = spaces.instructionBarriers();
      memory.publish();
      return spaces.instructionBarriers() - before;
    }
  }

  @Test
  void textThatWasWritten_takesOne_whereTheCacheIsFlushed() {
    assertEquals(1, barriers(arch(true), ModMemType.TEXT, true));
  }

  @Test
  void textThatWasNotWritten_takesNone() {
    assertEquals(0, barriers(arch(true), ModMemType.TEXT, false));
  }

  @Test
  void data_takesNone() {
    assertEquals(0, barriers(arch(true), ModMemType.RODATA, true));
  }

  @Test
  void text_takesNone_whereFetchIsCoherent() {
    Assumptions.assumeTrue(MachineArch.get().cacheFlush().isEmpty(), "this machine has a flush");
    assertEquals(0, barriers(arch(false), ModMemType.TEXT, true));
  }
}
