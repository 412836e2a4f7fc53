package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
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
 * through a {@link CodeMapping}, the best that works on this machine.
 */
public final class HostSpace implements AddressSpace {

  private static final byte[] ZERO = {0};
  private static final long LARGEST_WINDOW = 2L << 30;

  private final SystemCalls os;
  private final Arch arch;
  private final AddressRange range;
  private final HostOptions options;
  private final HostWindow window;
  private final HugePages hugePages;
  private final Seals seals;
  private final BackingSelector selector;

  /**
   * For each granule of the window, who writes it; null where its users do, or nothing is mapped.
   */
  private final AtomicReferenceArray<@Nullable CodeMapping> mappings;

  private volatile @Nullable CacheFlush cacheFlush;

  /** Whether the addresses went back, so that they may be anybody's. */
  private volatile boolean closed;

  private final SharedBarrier instructionBarrier = new SharedBarrier(this::sync);

  private HostSpace(HostWindow window, Arch arch, HostOptions options) {
    this.window = window;
    this.arch = arch;
    this.options = options;
    os = window.os();
    range = new AddressRange(window.start(), window.start() + window.bytes());
    hugePages = new HugePages(os);
    seals = new Seals(window);
    selector = new BackingSelector(window, arch, options.mode());
    mappings = new AtomicReferenceArray<>((int) (window.bytes() / PageSizes.GRANULE));
  }

  /**
   * Reserves a window and finds the way to executable memory.
   *
   * @param arch the architecture of this machine
   * @param options how memory is had and protected
   * @return the space
   * @throws org.jitalloc.JitAllocException UNSUPPORTED or SYSTEM if this machine does not allow it
   */
  public static HostSpace open(Arch arch, HostOptions options) {
    return open(new LinuxCalls(), arch, options);
  }

  static HostSpace open(SystemCalls os, Arch arch, HostOptions options) {
    os.membarrier(MEMBARRIER_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE);
    os.membarrier(MEMBARRIER_REGISTER_PRIVATE_EXPEDITED);
    if (options.seal()) {
      Seals.require(os);
    }
    var resources = new ResourceStack();
    try {
      return new HostSpace(window(os, resources, arch, options), arch, options);
    } catch (RuntimeException | Error failure) {
      resources.closeAfter(failure);
      throw failure;
    }
  }

  private static HostWindow window(
      SystemCalls os, ResourceStack resources, Arch arch, HostOptions options) {
    AliasAccess aliasAccess = AliasAccess.of(os, resources, options.alias());
    long bytes = Math.min(arch.directCallReachBytes(), LARGEST_WINDOW);
    long guard = options.guards() ? PageSizes.GRANULE : 0;
    var reserved = new Reservation(os, resources, bytes, PageSizes.GRANULE, guard);
    PageSizes pages = PageSizes.ofThisMachine(os.pageBytes());
    return new HostWindow(
        os, resources, pages, reserved, aliasAccess, options.seal(), new Warnings());
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
    return new TrapSignal(os, window.resources());
  }

  @Override
  public AddressSpaceLayout layout() {
    return new AddressSpaceLayout.Process(range);
  }

  @Override
  public MemoryMode mode() {
    MemoryMode mode = selector.mode();
    return options.guards()
        ? new MemoryMode(mode.name(), mode.reason() + "; guards between slabs", mode.rejected())
        : mode;
  }

  /** {@return the name of the way in which new slabs get memory} */
  public String modeName() {
    return selector.mode().name();
  }

  @Override
  public long pageBytes() {
    return window.pages().small();
  }

  @Override
  public boolean guards() {
    return options.guards();
  }

  @Override
  public void map(long address, long bytes, PageProtection protection) {
    requireOpen();
    if (seals.cover(address)) {
      requireText(address, protection);
      return;
    }
    setMapping(
        address,
        bytes,
        switch (protection) {
          case ROX -> mapText(address, bytes);
          case RO -> selector.map(address, bytes, PROT_READ, ZERO);
          case RW -> mapPlain(address, bytes);
          case NONE -> throw new IllegalArgumentException("pages without permissions");
        });
  }

  /** They are there still, and full of traps. */
  private static void requireText(long address, PageProtection protection) {
    if (protection != PageProtection.ROX) {
      throw new IllegalArgumentException(
          "sealed for ever as text, and wanted as %s: 0x%x".formatted(protection, address));
    }
  }

  private CodeMapping mapText(long address, long bytes) {
    int protection = PROT_READ | PROT_EXEC;
    if (!options.seal()) {
      return selector.map(address, bytes, protection, arch.trapFill());
    }
    PageRun pages = PageRun.around(address, bytes, PageSizes.GRANULE);
    CodeMapping mapping = selector.map(pages.start(), pages.bytes(), protection, arch.trapFill());
    try {
      seals.seal(pages.start(), pages.bytes());
    } catch (RuntimeException failure) {
      unmapAfter(failure, mapping, pages);
      throw failure;
    }
    return mapping;
  }

  private static void unmapAfter(Throwable failure, CodeMapping mapping, PageRun pages) {
    try {
      mapping.unmap(pages.start(), pages.bytes());
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
    }
  }

  /** {@return no mapping: its users write it} */
  private @Nullable CodeMapping mapPlain(long address, long bytes) {
    PageRun pages = PageRun.around(address, bytes, pageBytes());
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    os.mmap(pages.start(), pages.bytes(), PROT_READ | PROT_WRITE, flags, -1, 0);
    try {
      HostWindow.advise(os, pages.start(), pages.bytes(), MADV_HUGEPAGE);
    } catch (RuntimeException failure) {
      Reservation.restoreAfter(failure, os, pages.start(), pages.bytes());
      throw failure;
    }
    return null;
  }

  private void setMapping(long address, long bytes, @Nullable CodeMapping mapping) {
    for (int i = index(address); i <= index(address + bytes - 1); i++) {
      mappings.set(i, mapping);
    }
  }

  private int index(long address) {
    return (int) ((address - window.start()) / PageSizes.GRANULE);
  }

  @Override
  public boolean unmap(long address, long bytes, PageProtection protection) {
    requireOpen();
    CodeMapping mapping = mappings.get(index(address));
    if (seals.cover(address)) {
      fill(address, bytes, arch.trapFill());
      return false;
    }
    if (mapping == null) {
      PageRun pages = PageRun.around(address, bytes, pageBytes());
      Reservation.restore(os, pages.start(), pages.bytes());
    } else {
      PageRun pages = PageRun.around(address, bytes, mapping.unitBytes());
      mapping.unmap(pages.start(), pages.bytes());
    }
    setMapping(address, bytes, null);
    return true;
  }

  @Override
  public boolean decommit(long address, long bytes, PageProtection protection) {
    requireOpen();
    if (seals.cover(address)) {
      return false;
    }
    CodeMapping mapping = mappings.get(index(address));
    try {
      if (mapping == null) {
        os.madvise(address, bytes, MADV_DONTNEED);
        return true;
      }
      return mapping.decommit(address, bytes);
    } catch (JitAllocException failure) {
      window.warnings().add("memory stays that is not needed: " + failure.getMessage());
      return false;
    }
  }

  @Override
  public void recommit(long address, long bytes, PageProtection protection) {
    requireOpen();
    CodeMapping mapping = mappings.get(index(address));
    if (mapping != null) {
      boolean text = protection == PageProtection.ROX;
      int flags = text ? PROT_READ | PROT_EXEC : PROT_READ;
      mapping.recommit(address, bytes, flags, text ? arch.trapFill() : ZERO);
    }
  }

  /** How many of the bytes from an address on are written by the same. */
  private long reach(long address, long bytes) {
    int i = index(address);
    CodeMapping mapping = mappings.get(i);
    long end = window.start() + (i + 1) * PageSizes.GRANULE;
    while (end < address + bytes && Objects.equals(mappings.get(++i), mapping)) {
      end += PageSizes.GRANULE;
    }
    return Math.min(bytes, end - address);
  }

  @Override
  public void write(long address, byte[] bytes) {
    requireOpen();
    int here = (int) reach(address, bytes.length);
    if (here < bytes.length) {
      write(address, Arrays.copyOf(bytes, here));
      write(address + here, Arrays.copyOfRange(bytes, here, bytes.length));
      return;
    }
    CodeMapping mapping = mappings.get(index(address));
    if (mapping == null) {
      RawMemory.write(address, bytes);
    } else {
      mapping.write(address, bytes);
    }
  }

  @Override
  public void fill(long address, long bytes, byte[] pattern) {
    requireOpen();
    long done = 0;
    while (done < bytes) {
      long here = reach(address + done, bytes - done);
      fillHere(address + done, here, pattern);
      done += here;
    }
  }

  private void fillHere(long address, long bytes, byte[] pattern) {
    CodeMapping mapping = mappings.get(index(address));
    if (mapping == null) {
      RawMemory.fill(address, bytes, pattern);
    } else {
      mapping.fill(address, bytes, pattern);
    }
  }

  @Override
  public byte[] read(long address, int length) {
    requireOpen();
    return RawMemory.read(address, length);
  }

  @Override
  public void protect(long address, long bytes, PageProtection protection) {
    requireOpen();
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
  public void collapse(long address, long bytes) {
    requireOpen();
    PageRun pages = PageRun.around(address, bytes, PageSizes.GRANULE);
    CodeMapping mapping = mappings.get(index(address));
    if (mapping == null) {
      HostWindow.collapse(os, pages.start(), pages.bytes());
    } else {
      mapping.collapse(pages.start(), pages.bytes());
    }
  }

  @Override
  public void retryHugePages() {
    if (closed) {
      return;
    }
    selector.retryHugePages();
  }

  @Override
  public void makeCoherent(long address, long bytes) {
    CacheFlush flush = cacheFlush;
    if (flush != null) {
      flush.flush(address, bytes);
    }
  }

  @Override
  public void publishText(long address, long bytes) {
    makeCoherent(address, bytes);
    if (cacheFlush != null) {
      instructionBarrier.execute();
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
    requireOpen();
    return hugePages.bytes(address, bytes);
  }

  private void requireOpen() {
    if (closed) {
      throw new JitAllocException(Reason.WRONG_STATE, "the memory of the process is closed");
    }
  }

  @Override
  public List<String> takeWarnings() {
    return window.warnings().take();
  }

  /**
   * Tries all, whatever fails; may be called again to try again what did. From the first call on
   * the memory is not touched any more.
   */
  @Override
  public synchronized void close() {
    closed = true;
    window.resources().close();
  }

  /**
   * Closes because of a failure, which is what the caller is to be told of.
   *
   * @param failure what failed; failures of this are added to it
   */
  public void closeAfter(Throwable failure) {
    window.resources().closeAfter(failure);
  }
}
