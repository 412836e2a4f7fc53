package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jitalloc.JitAllocException;
import org.jitalloc.MemoryMode;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.space.AddressSpace;
import org.jspecify.annotations.Nullable;

/**
 * A window of this process's memory in which every byte reaches every other by a direct call.
 *
 * <p>Pages that are writable for their users are ordinary private memory. All others are had
 * through a {@link WriteThrough}, the best that works on this machine.
 */
public final class HostSpace implements AddressSpace {

  private static final byte[] ZERO = {0};
  private static final long LARGEST_WINDOW = 2L << 30;

  private final SystemCalls os;
  private final Arch arch;
  private final AddressRange window;
  private final String configuredMode;
  private final Probe probe;
  private final long pageBytes;

  /** How new slabs get memory; changes when one way has nothing left. Written under the monitor. */
  private volatile Probe.Found current;

  /** All ways that slabs were ever made by. Guarded by the monitor. */
  private final List<WriteThrough> opened = new ArrayList<>();

  /**
   * For each huge page of the window, who writes it; null where its users do, or nothing is mapped.
   */
  private final AtomicReferenceArray<@Nullable WriteThrough> writers;

  private volatile @Nullable CacheFlush cacheFlush;

  private HostSpace(SystemCalls os, Arch arch, AddressRange window, String configuredMode) {
    this.os = os;
    this.arch = arch;
    this.window = window;
    this.configuredMode = configuredMode;
    probe = new Probe(os, arch, window.start(), window.bytes());
    current = probe.best(configuredMode);
    opened.add(current.memory());
    pageBytes = os.pageBytes();
    writers = new AtomicReferenceArray<>((int) (window.bytes() / Reservation.HUGE_PAGE_BYTES));
  }

  /**
   * Reserves a window and finds the way to executable memory.
   *
   * @param arch the architecture of this machine
   * @param configuredMode the name of a way, or {@code auto}
   * @return the space
   * @throws org.jitalloc.JitAllocException UNSUPPORTED or SYSTEM if this machine does not allow it
   */
  public static HostSpace open(Arch arch, String configuredMode) {
    return open(new LinuxCalls(), arch, configuredMode);
  }

  static HostSpace open(SystemCalls os, Arch arch, String configuredMode) {
    os.membarrier(MEMBARRIER_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE);
    os.membarrier(MEMBARRIER_REGISTER_PRIVATE_EXPEDITED);
    long bytes = Math.min(arch.directCallReachBytes(), LARGEST_WINDOW);
    long start = Reservation.reserve(os, bytes);
    try {
      return new HostSpace(os, arch, new AddressRange(start, start + bytes), configuredMode);
    } catch (RuntimeException failure) {
      os.munmap(start, bytes);
      throw failure;
    }
  }

  /** Says where the function is that {@link Arch#cacheFlush()} describes, once it is in memory. */
  public void useCacheFlush(long address) {
    cacheFlush = new CacheFlush(address);
  }

  /**
   * Gives what carries threads over places that are being changed.
   *
   * @return the signal's handling; not installed yet
   */
  public TrapSignal newTrapSignal() {
    return new TrapSignal(os);
  }

  @Override
  public AddressSpaceLayout layout() {
    return new AddressSpaceLayout.Process(window);
  }

  @Override
  public MemoryMode mode() {
    return current.description();
  }

  @Override
  public long pageBytes() {
    return pageBytes;
  }

  /** Slabs have the huge pages that they touch to themselves: whole ones are mapped. */
  private static long wholePages(long bytes) {
    return (bytes + Reservation.HUGE_PAGE_BYTES - 1) & -Reservation.HUGE_PAGE_BYTES;
  }

  @Override
  public void commit(long address, long slabBytes, PageProtection protection) {
    long bytes = wholePages(slabBytes);
    setWriter(
        address,
        bytes,
        switch (protection) {
          case ROX -> mapThrough(address, bytes, PROT_READ | PROT_EXEC, arch.trapFill());
          case RO -> mapThrough(address, bytes, PROT_READ, ZERO);
          case RW -> commitPlain(address, bytes);
          case NONE -> throw new IllegalArgumentException("pages without permissions");
        });
  }

  private WriteThrough mapThrough(long address, long bytes, int protection, byte[] pattern) {
    Probe.Found found = current;
    try {
      found.memory().map(address, bytes, protection, pattern);
    } catch (JitAllocException failure) {
      if (!configuredMode.equals(HostMode.AUTO) || !found.mode().finite()) {
        throw failure;
      }
      found = fallBack(found, failure, address);
      found.memory().map(address, bytes, protection, pattern);
    }
    return found.memory();
  }

  /** Slabs stay as they were made; new ones are made another way from now on. */
  private synchronized Probe.Found fallBack(
      Probe.Found exhausted, JitAllocException failure, long address) {
    if (current.mode() == exhausted.mode()) {
      current = probe.after(exhausted, failure, address);
      opened.add(current.memory());
    }
    return current;
  }

  /** {@return no writer: its users write it} */
  private @Nullable WriteThrough commitPlain(long address, long bytes) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    os.mmap(address, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    try {
      os.madvise(address, bytes, MADV_HUGEPAGE);
    } catch (JitAllocException kernelWithoutHugePages) {
      // Small pages do as well for data.
    }
    return null;
  }

  private void setWriter(long address, long bytes, @Nullable WriteThrough writer) {
    int first = index(address);
    for (int i = first; i < first + bytes / Reservation.HUGE_PAGE_BYTES; i++) {
      writers.set(i, writer);
    }
  }

  private int index(long address) {
    return (int) ((address - window.start()) / Reservation.HUGE_PAGE_BYTES);
  }

  @Override
  public void decommit(long address, long slabBytes, PageProtection protection) {
    long bytes = wholePages(slabBytes);
    WriteThrough writer = writers.get(index(address));
    setWriter(address, bytes, null);
    if (writer == null) {
      Reservation.restore(os, address, bytes);
    } else {
      writer.unmap(address, bytes);
    }
  }

  @Override
  public void write(long address, byte[] bytes) {
    WriteThrough writer = writers.get(index(address));
    if (writer == null) {
      RawMemory.write(address, bytes);
    } else {
      writer.write(address, bytes);
    }
  }

  @Override
  public void fill(long address, long bytes, byte[] pattern) {
    WriteThrough writer = writers.get(index(address));
    if (writer == null) {
      RawMemory.fill(address, bytes, pattern);
    } else {
      writer.fill(address, bytes, pattern);
    }
  }

  @Override
  public byte[] read(long address, int length) {
    return RawMemory.read(address, length);
  }

  @Override
  public void protect(long address, long bytes, PageProtection protection) {
    os.mprotect(
        address,
        bytes,
        switch (protection) {
          case NONE -> PROT_NONE;
          case RO -> PROT_READ;
          case RW -> PROT_READ | PROT_WRITE;
          case ROX ->
              throw new IllegalArgumentException("memory is executable from the start or never");
        });
  }

  @Override
  public void makeCoherent(long address, long bytes) {
    CacheFlush flush = cacheFlush;
    if (flush != null) {
      flush.flush(address, bytes);
    }
  }

  @Override
  public void sync() {
    os.membarrier(MEMBARRIER_PRIVATE_EXPEDITED_SYNC_CORE);
  }

  /** Returns when every thread of the process has executed a memory barrier. */
  public void barrier() {
    os.membarrier(MEMBARRIER_PRIVATE_EXPEDITED);
  }

  @Override
  public long hugePageBytes(long address, long bytes) {
    return Smaps.hugePageBytes(address, bytes);
  }

  @Override
  public synchronized void close() {
    opened.forEach(WriteThrough::close);
    os.munmap(window.start(), window.bytes());
  }
}
