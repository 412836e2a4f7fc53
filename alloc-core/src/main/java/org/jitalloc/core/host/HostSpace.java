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
  private final AddressRange range;
  private final String configuredMode;
  private final HostWindow window;
  private final HugePages hugePages;
  private final Probe probe;

  /** How new slabs get memory; changes when one way has nothing left. Written under the monitor. */
  private volatile Probe.Found current;

  /**
   * For each granule of the window, who writes it; null where its users do, or nothing is mapped.
   */
  private final AtomicReferenceArray<@Nullable WriteThrough> writers;

  private volatile @Nullable CacheFlush cacheFlush;

  private HostSpace(HostWindow window, Arch arch, String configuredMode) {
    this.window = window;
    this.arch = arch;
    this.configuredMode = configuredMode;
    os = window.os();
    range = new AddressRange(window.start(), window.start() + window.bytes());
    hugePages = new HugePages(os);
    probe = new Probe(window, arch);
    current = probe.best(configuredMode);
    writers = new AtomicReferenceArray<>((int) (window.bytes() / PageSizes.GRANULE));
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
    PageSizes pages = PageSizes.ofThisMachine(os.pageBytes());
    long bytes = Math.min(arch.directCallReachBytes(), LARGEST_WINDOW);
    Holdings holdings = new Holdings();
    try {
      long start = Reservation.reserve(os, holdings, bytes, PageSizes.GRANULE);
      HostWindow window = new HostWindow(os, holdings, pages, start, bytes);
      return new HostSpace(window, arch, configuredMode);
    } catch (RuntimeException | Error failure) {
      holdings.closeAfter(failure);
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
    return new TrapSignal(os, window.holdings());
  }

  @Override
  public AddressSpaceLayout layout() {
    return new AddressSpaceLayout.Process(range);
  }

  @Override
  public MemoryMode mode() {
    return current.description();
  }

  @Override
  public long pageBytes() {
    return window.pages().small();
  }

  /** A run of pages of one length. */
  private record Run(long start, long bytes) {

    /** Slabs have the granules that they touch to themselves: whole pages are mapped. */
    static Run around(long address, long bytes, long pageBytes) {
      long start = address & -pageBytes;
      return new Run(start, (address + bytes - start + pageBytes - 1) & -pageBytes);
    }
  }

  @Override
  public void commit(long address, long bytes, PageProtection protection) {
    setWriter(
        address,
        bytes,
        switch (protection) {
          case ROX -> mapThrough(address, bytes, PROT_READ | PROT_EXEC, arch.trapFill());
          case RO -> mapThrough(address, bytes, PROT_READ, ZERO);
          case RW -> mapPlain(address, bytes);
          case NONE -> throw new IllegalArgumentException("pages without permissions");
        });
  }

  private WriteThrough mapThrough(long address, long bytes, int protection, byte[] pattern) {
    Probe.Found found = current;
    try {
      map(found.memory(), address, bytes, protection, pattern);
    } catch (JitAllocException failure) {
      if (!configuredMode.equals(HostMode.AUTO)
          || !found.mode().finite()
          || !Errno.isShortage(failure)) {
        throw failure;
      }
      found = fallBack(found, failure, address);
      map(found.memory(), address, bytes, protection, pattern);
    }
    return found.memory();
  }

  private static void map(
      WriteThrough memory, long address, long bytes, int protection, byte[] pattern) {
    Run pages = Run.around(address, bytes, memory.unitBytes());
    memory.map(pages.start, pages.bytes, protection, pattern);
  }

  /** Slabs stay as they were made; new ones are made another way from now on. */
  private synchronized Probe.Found fallBack(
      Probe.Found exhausted, JitAllocException failure, long address) {
    if (current.mode() == exhausted.mode()) {
      current = probe.after(exhausted, failure, address & -PageSizes.GRANULE);
    }
    return current;
  }

  /** {@return no writer: its users write it} */
  private @Nullable WriteThrough mapPlain(long address, long bytes) {
    Run pages = Run.around(address, bytes, pageBytes());
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    os.mmap(pages.start, pages.bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    try {
      HostWindow.advise(os, pages.start, pages.bytes, MADV_HUGEPAGE);
    } catch (RuntimeException failure) {
      Reservation.restoreAfter(failure, os, pages.start, pages.bytes);
      throw failure;
    }
    return null;
  }

  private void setWriter(long address, long bytes, @Nullable WriteThrough writer) {
    for (int i = index(address); i <= index(address + bytes - 1); i++) {
      writers.set(i, writer);
    }
  }

  private int index(long address) {
    return (int) ((address - window.start()) / PageSizes.GRANULE);
  }

  @Override
  public void decommit(long address, long bytes, PageProtection protection) {
    WriteThrough writer = writers.get(index(address));
    if (writer == null) {
      Run pages = Run.around(address, bytes, pageBytes());
      Reservation.restore(os, pages.start, pages.bytes);
    } else {
      Run pages = Run.around(address, bytes, writer.unitBytes());
      writer.unmap(pages.start, pages.bytes);
    }
    setWriter(address, bytes, null);
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
    if (protection == PageProtection.RW) {
      makeWhole(address, bytes);
    }
  }

  /**
   * Pages of different permissions split the huge page that they are in. When they are alike again
   * it is made whole, if it can be.
   */
  private void makeWhole(long address, long bytes) {
    Run pages = Run.around(address, bytes, PageSizes.GRANULE);
    try {
      os.madvise(pages.start, pages.bytes, MADV_COLLAPSE);
    } catch (JitAllocException notAlike) {
      // Others in it are still sealed, or the kernel cannot do that.
    }
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
    return hugePages.bytes(address, bytes);
  }

  /** Tries all, whatever fails; may be called again to try again what did. */
  @Override
  public synchronized void close() {
    window.holdings().close();
  }

  /**
   * Closes because of a failure, which is what the caller is to be told of.
   *
   * @param failure what failed; failures of this are added to it
   */
  public void closeAfter(Throwable failure) {
    window.holdings().closeAfter(failure);
  }
}
