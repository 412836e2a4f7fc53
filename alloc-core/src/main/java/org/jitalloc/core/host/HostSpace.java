package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

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
  private final WriteThrough writeThrough;
  private final MemoryMode mode;
  private final long pageBytes;

  /**
   * For each huge page of the window, who writes it; null where its users do, or nothing is mapped.
   */
  private final AtomicReferenceArray<@Nullable WriteThrough> writers;

  private volatile @Nullable CacheFlush cacheFlush;

  private HostSpace(SystemCalls os, Arch arch, AddressRange window, Probe.Found found) {
    this.os = os;
    this.arch = arch;
    this.window = window;
    writeThrough = found.memory();
    mode = found.description();
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
      Probe.Found found = new Probe(os, arch, start, bytes).best(configuredMode);
      return new HostSpace(os, arch, new AddressRange(start, start + bytes), found);
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
    return mode;
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
    switch (protection) {
      case ROX -> writeThrough.map(address, bytes, PROT_READ | PROT_EXEC, arch.trapFill());
      case RO -> writeThrough.map(address, bytes, PROT_READ, ZERO);
      case RW -> commitPlain(address, bytes);
      case NONE -> throw new IllegalArgumentException("pages without permissions");
    }
    setWriter(address, bytes, protection == PageProtection.RW ? null : writeThrough);
  }

  private void commitPlain(long address, long bytes) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    os.mmap(address, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    try {
      os.madvise(address, bytes, MADV_HUGEPAGE);
    } catch (JitAllocException kernelWithoutHugePages) {
      // Small pages do as well for data.
    }
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
    setWriter(address, bytes, null);
    if (protection == PageProtection.RW) {
      Reservation.restore(os, address, bytes);
    } else {
      writeThrough.unmap(address, bytes);
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
  public void close() {
    writeThrough.close();
    os.munmap(window.start(), window.bytes());
  }
}
