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
 * A window of the address space of this process. Each address in the window can reach each other
 * address with a direct call.
 *
 * <p>Pages that their users can write are private anonymous memory. A {@link CodeMapping} maps and
 * writes all other pages, in the best memory mode that works on this machine.
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
   * The mapping of each granule of the window; null for pages that their users write, and for
   * unmapped granules.
   */
  private final AtomicReferenceArray<@Nullable CodeMapping> mappings;

  private volatile @Nullable CacheFlush cacheFlush;

  /** True as soon as the addresses may be unmapped. Then other code can map them. */
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
   * Reserves a window and selects the memory mode.
   *
   * @param arch the architecture of this machine
   * @param options the memory mode and the protections
   * @return the space
   * @throws org.jitalloc.JitAllocException INVALID_REQUEST if there is no such memory mode,
   *     UNSUPPORTED if no mode works or a protection is not available, SYSTEM if a system call
   *     fails
   */
  public static HostSpace open(Arch arch, HostOptions options) {
    return open(new LinuxCalls(), arch, options);
  }

  static HostSpace open(SystemCalls os, Arch arch, HostOptions options) {
    os.membarrier(MEMBARRIER_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE);
    os.membarrier(MEMBARRIER_REGISTER_PRIVATE_EXPEDITED);
    if (options.seal()) {
      Seals.requireSupport(os);
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

  /**
   * Sets the cache maintenance function of the architecture. Before this call {@link #makeCoherent}
   * does nothing.
   *
   * @param address the address of the code of {@link Arch#cacheFlush()}
   */
  public void useCacheFlush(long address) {
    cacheFlush = new CacheFlush(address);
  }

  /**
   * Creates the owner of the signal handler for threads that trap at a poke.
   *
   * @return the owner; the handler is not installed yet
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

  /** {@return the name of the memory mode that backs new slabs} */
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
    if (seals.contains(address)) {
      requireText(address, protection);
      return;
    }
    setMapping(
        address,
        bytes,
        switch (protection) {
          case ROX -> mapText(address, bytes);
          case RO -> selector.map(address, bytes, PROT_READ, ZERO);
          case RW -> mapData(address, bytes);
          case NONE -> throw new IllegalArgumentException("a slab needs permissions");
        });
  }

  /** Sealed pages are still mapped, and contain trapping instructions. */
  private static void requireText(long address, PageProtection protection) {
    if (protection != PageProtection.ROX) {
      throw new IllegalArgumentException(
          "0x%2$x is sealed as text and cannot be mapped as %1$s".formatted(protection, address));
    }
  }

  private CodeMapping mapText(long address, long bytes) {
    int protection = PROT_READ | PROT_EXEC;
    if (!options.seal()) {
      return selector.map(address, bytes, protection, arch.trapFill());
    }
    PageRange pages = PageRange.around(address, bytes, PageSizes.GRANULE);
    CodeMapping mapping = selector.map(pages.start(), pages.bytes(), protection, arch.trapFill());
    try {
      seals.seal(pages.start(), pages.bytes());
    } catch (RuntimeException failure) {
      unmapAfter(failure, mapping, pages);
      throw failure;
    }
    return mapping;
  }

  private static void unmapAfter(Throwable failure, CodeMapping mapping, PageRange pages) {
    try {
      mapping.unmap(pages.start(), pages.bytes());
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
    }
  }

  /** Maps private memory; {@return null, because its users write it} */
  private @Nullable CodeMapping mapData(long address, long bytes) {
    PageRange pages = PageRange.around(address, bytes, pageBytes());
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
    if (seals.contains(address)) {
      fill(address, bytes, arch.trapFill());
      return false;
    }
    if (mapping == null) {
      PageRange pages = PageRange.around(address, bytes, pageBytes());
      Reservation.restore(os, pages.start(), pages.bytes());
    } else {
      PageRange pages = PageRange.around(address, bytes, mapping.unitBytes());
      mapping.unmap(pages.start(), pages.bytes());
    }
    setMapping(address, bytes, null);
    return true;
  }

  @Override
  public boolean decommit(long address, long bytes, PageProtection protection) {
    requireOpen();
    if (seals.contains(address)) {
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
      window.warnings().add("unused memory is not released: " + failure.getMessage());
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

  /** {@return how many bytes, from an address on, belong to the same mapping} */
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
              throw new IllegalArgumentException(
                  "pages cannot become executable after they were mapped");
        });
  }

  @Override
  public void collapse(long address, long bytes) {
    requireOpen();
    PageRange pages = PageRange.around(address, bytes, PageSizes.GRANULE);
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

  /** Returns after each thread of the process has executed a memory barrier (membarrier(2)). */
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
      throw new JitAllocException(Reason.WRONG_STATE, "the address space is closed");
    }
  }

  @Override
  public List<String> takeWarnings() {
    return window.warnings().take();
  }

  /**
   * Releases all resources. A failure does not stop the release of the others, and a second call
   * retries what failed. After the first call all methods that access memory throw WRONG_STATE.
   */
  @Override
  public synchronized void close() {
    closed = true;
    window.resources().close();
  }

  /**
   * Releases all resources because of a failure.
   *
   * @param failure the failure; new failures are added to it as suppressed exceptions
   */
  public void closeAfter(Throwable failure) {
    window.resources().closeAfter(failure);
  }
}
