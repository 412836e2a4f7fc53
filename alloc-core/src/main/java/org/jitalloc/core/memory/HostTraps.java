package org.jitalloc.core.memory;

import java.util.List;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.core.host.TrapSignal;
import org.jitalloc.core.poke.TrapTable;
import org.jspecify.annotations.Nullable;

/**
 * The trap handler of a process: emitted by the architecture, placed by the allocator like any
 * code, installed when the first plan needs it. Used under the text lock.
 */
final class HostTraps implements TrapTable {

  private final TargetMemory target;
  private final AddressRange text;
  private final TrapSignal signal;
  private @Nullable TrapHandler installed;

  HostTraps(TargetMemory target, AddressRange text, TrapSignal signal) {
    this.target = target;
    this.text = text;
    this.signal = signal;
  }

  long carried() {
    return signal.carried();
  }

  @Override
  public void arm(TrapHandler handler, List<PokePlan.Trap> traps) {
    if (installed == null) {
      install(handler);
    }
    signal.arm(traps, handler.recordBytes());
  }

  private void install(TrapHandler handler) {
    byte[] code = handler.code(signal.tableAddress(), text);
    JitMemory memory =
        target
            .admission()
            .allocate(target.core(), AllocationRequest.of(ModMemType.TEXT, code.length));
    memory.write(0, code);
    memory.publish();
    try {
      signal.install(handler, memory.address());
    } catch (RuntimeException failure) {
      memory.close();
      throw failure;
    }
    installed = handler;
  }

  @Override
  public void disarm() {
    signal.disarm();
  }

  /**
   * Takes the handler away. {@return false if somebody may still call it, so that its code has to
   * stay}
   */
  boolean release() {
    return signal.release();
  }
}
