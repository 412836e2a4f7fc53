package org.jitalloc.core.poke;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.MemoryMode;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.arch.x86.X86Arch;
import org.jitalloc.arch.x86.X86TextPoke;
import org.jitalloc.core.image.ModelSpace;
import org.jitalloc.core.space.AddressSpace;
import org.junit.jupiter.api.Test;

class PlanExecutorTest {

  private static final long TEXT = 0xffffffffc0000000L;
  private static final byte[] OLD = {0x0f, 0x1f, 0x44, 0, 0};
  private static final byte[] NEW = {(byte) 0xe8, 1, 2, 3, 4};

  private static final BreakpointChange CHANGE =
      new BreakpointChange(List.of(new PokePlan.Trap(2, new byte[8])), List.of(3L, 4L));

  private final TextPoke strategy = new X86TextPoke();
  private final FailingSpace space = new FailingSpace();
  private final List<String> traps = new ArrayList<>();

  private final PlanExecutor executor = new PlanExecutor(space, new Recorder());

  /** What was kept before, as the executor was told. */
  private final Map<Long, PokePlan.Trap> before = Map.of(1L, new PokePlan.Trap(1, new byte[8]));

  private final class Recorder implements TrapTable {
    @Override
    public void arm(TrapHandler handler, List<PokePlan.Trap> records) {
      traps.add("arm " + records.size());
    }

    @Override
    public void disarm() {
      traps.add("disarm");
    }

    @Override
    public Collection<Long> keptIn(long address, long bytes) {
      return before.keySet();
    }

    @Override
    public Map<Long, PokePlan.Trap> kept(Collection<Long> addresses) {
      assertEquals(CHANGE.addresses(), addresses);
      return before;
    }

    @Override
    public void keep(TrapHandler handler, List<PokePlan.Trap> breakpoints) {
      traps.add("keep " + breakpoints.size());
    }

    @Override
    public void forget(Collection<Long> addresses) {
      traps.add("forget " + addresses.size());
    }

    @Override
    public void restore(Collection<Long> addresses, Map<Long, PokePlan.Trap> replaced) {
      assertEquals(CHANGE.addresses(), addresses);
      assertEquals(before, replaced);
      traps.add("restore");
    }

    @Override
    public void settle(List<PokePlan.Trap> coming, Map<Long, PokePlan.Trap> replaced) {
      assertEquals(CHANGE.coming(), coming);
      assertEquals(before, replaced);
      traps.add("settle");
    }
  }

  private static List<PokeSite> sites() {
    return List.of(new PokeSite(TEXT, OLD, NEW), new PokeSite(TEXT + 5, OLD, NEW));
  }

  @Test
  void batch_isWrittenAndTrapsAreArmedMeanwhile() {
    executor.execute(strategy, sites(), CHANGE);
    assertArrayEquals(NEW, space.read(TEXT + 5, 5));
    assertEquals(List.of("keep 1", "arm 2", "disarm", "forget 2"), traps);
  }

  @Test
  void failureOfAnyWrite_leavesTheOldCode() {
    for (int n = 0; n < 6; n++) {
      space.failAt = space.writes + n;
      assertThrows(IllegalStateException.class, () -> executor.execute(strategy, sites(), CHANGE));
      assertArrayEquals(OLD, space.read(TEXT, 5), "after write " + n);
      assertArrayEquals(OLD, space.read(TEXT + 5, 5), "after write " + n);
      assertEquals(List.of("disarm", "restore"), traps.subList(traps.size() - 2, traps.size()));
    }
  }

  @Test
  void failureOfTheWayBackToo_leavesArmedWhatAThreadMayMeet() {
    for (int n = 1; n < 6; n++) {
      traps.clear();
      space.failAt = space.writes + n;
      space.failsForGood = true;
      assertThrows(IllegalStateException.class, () -> executor.execute(strategy, sites(), CHANGE));
      assertEquals(List.of("keep 1", "arm 2", "arm 2", "settle"), traps, "after write " + n);
      space.failsForGood = false;
      space.model.write(TEXT, OLD);
      space.model.write(TEXT + 5, OLD);
    }
  }

  @Test
  void unexpectedBytes_areNamed_andNothingIsWritten() {
    List<PokeSite> sites = List.of(new PokeSite(TEXT, OLD, NEW), new PokeSite(TEXT + 5, NEW, OLD));
    int written = space.writes;
    JitAllocException mismatch =
        assertThrows(JitAllocException.class, () -> executor.execute(strategy, sites, CHANGE));
    assertEquals(Reason.TEXT_MISMATCH, mismatch.reason());
    assertTrue(
        mismatch.getMessage().contains("0xffffffffc0000005: expected e801020304, found 0f1f440000"),
        mismatch.getMessage());
    assertEquals(written, space.writes);
    assertEquals(List.of(), traps);
  }

  @Test
  void equalBytesThatAreNotThere_areNamed_andNothingIsKept() {
    List<PokeSite> sites = List.of(new PokeSite(TEXT, NEW, NEW));
    JitAllocException mismatch =
        assertThrows(JitAllocException.class, () -> executor.execute(strategy, sites, CHANGE));
    assertEquals(Reason.TEXT_MISMATCH, mismatch.reason());
    assertEquals(List.of(), traps);
  }

  /** A model in which one write fails, after half of it was done. */
  private static final class FailingSpace implements AddressSpace {
    private final ModelSpace model =
        new ModelSpace("image", new X86Arch().defaultKernel(false, 0), new byte[] {(byte) 0xcc});
    private int writes;
    private int failAt = -1;

    /** Whether all writes after that fail too. */
    private boolean failsForGood;

    FailingSpace() {
      model.map(TEXT, 4096, PageProtection.ROX);
      model.write(TEXT, OLD);
      model.write(TEXT + 5, OLD);
    }

    @Override
    public void write(long address, byte[] bytes) {
      int n = writes++;
      if (n == failAt || failsForGood && n > failAt) {
        model.write(address, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        throw new IllegalStateException("no write");
      }
      model.write(address, bytes);
    }

    @Override
    public AddressSpaceLayout layout() {
      return model.layout();
    }

    @Override
    public MemoryMode mode() {
      return model.mode();
    }

    @Override
    public long pageBytes() {
      return model.pageBytes();
    }

    @Override
    public void map(long address, long bytes, PageProtection protection) {
      model.map(address, bytes, protection);
    }

    @Override
    public boolean unmap(long address, long bytes, PageProtection protection) {
      return model.unmap(address, bytes, protection);
    }

    @Override
    public boolean decommit(long address, long bytes, PageProtection protection) {
      return model.decommit(address, bytes, protection);
    }

    @Override
    public void recommit(long address, long bytes, PageProtection protection) {
      model.recommit(address, bytes, protection);
    }

    @Override
    public void collapse(long address, long bytes) {
      model.collapse(address, bytes);
    }

    @Override
    public void fill(long address, long bytes, byte[] pattern) {
      model.fill(address, bytes, pattern);
    }

    @Override
    public byte[] read(long address, int length) {
      return model.read(address, length);
    }

    @Override
    public void protect(long address, long bytes, PageProtection protection) {
      model.protect(address, bytes, protection);
    }

    @Override
    public void makeCoherent(long address, long bytes) {
      model.makeCoherent(address, bytes);
    }

    @Override
    public void sync() {
      model.sync();
    }

    @Override
    public long hugePageBytes(long address, long bytes) {
      return 0;
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
