package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.jitalloc.JitAllocException;
import org.jitalloc.core.host.HostMode.Pages;

/**
 * A memory file (memfd_create(2)) with two mappings. The mapping in the window is for users: it is
 * readable, possibly executable, and never writable. The other mapping is the alias: it is writable
 * and never executable. Only this class has the address of the alias.
 */
final class DualMapping implements CodeMapping {

  private final SystemCalls os;
  private final Pages pages;
  private final PageSizes sizes;
  private final long windowStart;
  private final AliasAccess aliasAccess;
  private final Warnings warnings;
  private final OpenFile file;
  private final long alias;

  /** The addresses of huge pages whose creation the kernel refused; it is retried later. */
  private final Set<Long> notCollapsed = ConcurrentHashMap.newKeySet();

  /** The error of the last refused collapse; empty if there is none. */
  private volatile String refusal = "";

  DualMapping(HostWindow window, Pages pages) {
    os = window.os();
    sizes = window.pages();
    windowStart = window.start();
    aliasAccess = window.alias();
    this.pages = pages;
    warnings = window.warnings();
    file = new OpenFile(os, createFile());
    window.resources().addFile(window.seal() ? this::emptyAndClose : file::close);
    os.ftruncate(file.number(), window.bytes());
    alias = new Reservation(os, window.resources(), window.bytes(), PageSizes.GRANULE, 0).start();
  }

  /** Releases the memory of sealed pages, which stay mapped. An access to them then faults. */
  private void emptyAndClose() {
    try {
      os.ftruncate(file.number(), 0);
    } finally {
      file.close();
    }
  }

  private int createFile() {
    int flags = MFD_CLOEXEC | (pages == Pages.HUGETLB ? hugetlb(sizes.hugetlb()) : 0);
    try {
      return os.memfdCreate("jitalloc", flags | MFD_EXEC);
    } catch (JitAllocException kernelBeforeMfdExec) {
      return os.memfdCreate("jitalloc", flags);
    }
  }

  private static int hugetlb(long pageBytes) {
    return MFD_HUGETLB | Long.numberOfTrailingZeros(pageBytes) << MFD_HUGE_SHIFT;
  }

  @Override
  public long unitBytes() {
    return switch (pages) {
      case SMALL -> sizes.small();
      case SHMEM_HUGE, COLLAPSED -> sizes.transparent();
      case HUGETLB -> sizes.hugetlb();
    };
  }

  private long aliasOf(long address) {
    return address - windowStart + alias;
  }

  @Override
  public void map(long address, long bytes, int protection, byte[] pattern) {
    try {
      mapFile(aliasOf(address), address, bytes, PROT_READ | PROT_WRITE);
      collapseEmpty(address, bytes);
      HostWindow.populateForWrite(os, aliasOf(address), bytes);
      RawMemory.fill(aliasOf(address), bytes, pattern);
      mapFile(address, address, bytes, protection);
      HostWindow.populateForRead(os, address, bytes);
      collapseWindow(address, bytes);
      aliasAccess.protect(aliasOf(address), bytes);
    } catch (RuntimeException failure) {
      forget(address, bytes);
      Reservation.restoreAfter(failure, os, address, bytes);
      removeAfter(failure, aliasOf(address), bytes);
      Reservation.restoreAfter(failure, os, aliasOf(address), bytes);
      throw failure;
    }
  }

  /**
   * Frees pages of the file because of a failure. Otherwise they would live as long as the file.
   */
  private void removeAfter(RuntimeException cause, long alias, long bytes) {
    try {
      os.madvise(alias, bytes, MADV_REMOVE);
    } catch (JitAllocException failure) {
      // The file is not mapped at this address, so there is nothing to free.
      if (Errno.of(failure) != Errno.EINVAL) {
        cause.addSuppressed(failure);
      }
    }
  }

  /**
   * Creates huge pages of the file before it is filled. The kernel requires that one small page of
   * each is present, and copies only this page. After a refusal the pages are small.
   */
  private void collapseEmpty(long address, long bytes) {
    if (pages != Pages.COLLAPSED) {
      return;
    }
    for (long at = address; at < address + bytes; at += unitBytes()) {
      HostWindow.populateForWrite(os, aliasOf(at), sizes.small());
      RawMemory.write(aliasOf(at), new byte[1]);
      collapsePage(aliasOf(at), at);
    }
  }

  /** Maps the huge pages of the file with huge entries in the window, too. */
  private void collapseWindow(long address, long bytes) {
    if (pages != Pages.COLLAPSED) {
      return;
    }
    for (long at = address; at < address + bytes; at += unitBytes()) {
      if (!notCollapsed.contains(at)) {
        collapsePage(at, at);
      }
    }
  }

  private void collapsePage(long where, long address) {
    JitAllocException refused = HostWindow.collapse(os, where, unitBytes());
    if (refused != null) {
      notCollapsed.add(address);
      refusal = String.valueOf(refused.getMessage());
    }
  }

  @Override
  public String hugePageRefusal() {
    return refusal;
  }

  @Override
  public void retryHugePages() {
    for (long address : notCollapsed) {
      notCollapsed.remove(address);
      collapse(address, unitBytes());
    }
  }

  /** Creates huge pages. A thread that executes the pages faults once and continues. */
  @Override
  public void collapse(long address, long bytes) {
    if (pages == Pages.COLLAPSED) {
      for (long at = address; at < address + bytes; at += unitBytes()) {
        long page = at;
        withWritableAlias(page, unitBytes(), side -> collapsePage(side, page));
      }
      collapseWindow(address, bytes);
    } else {
      HostWindow.collapse(os, address, bytes);
    }
  }

  private void mapFile(long where, long address, long bytes, int protection) {
    os.mmap(where, bytes, protection, MAP_SHARED | MAP_FIXED, file.number(), address - windowStart);
    if (pages == Pages.SHMEM_HUGE) {
      os.madvise(where, bytes, MADV_HUGEPAGE);
    }
  }

  /** Unmaps the pages and frees them in the file, so that their content cannot be read later. */
  @Override
  public void unmap(long address, long bytes) {
    forget(address, bytes);
    Reservation.restore(os, address, bytes);
    // Some kernels require a writable mapping for MADV_REMOVE.
    withWritableAlias(address, bytes, at -> os.madvise(at, bytes, MADV_REMOVE));
    Reservation.restore(os, aliasOf(address), bytes);
  }

  private void forget(long address, long bytes) {
    if (!notCollapsed.isEmpty()) {
      notCollapsed.removeIf(page -> page >= address && page < address + bytes);
    }
  }

  /**
   * Unmaps the pages in the window first, then frees them in the file: a thread would otherwise
   * execute the zeros of a hole in the file. The alias stays mapped.
   */
  @Override
  public boolean decommit(long address, long bytes) {
    if (pages == Pages.HUGETLB) {
      return false;
    }
    Reservation.restore(os, address, bytes);
    try {
      withWritableAlias(address, bytes, at -> os.madvise(at, bytes, MADV_REMOVE));
    } catch (JitAllocException failure) {
      // The pages are not accessible in the window, and recommit can map them again.
      warnings.add("unused memory is not released: " + failure.getMessage());
    }
    return true;
  }

  @Override
  public void recommit(long address, long bytes, int protection, byte[] pattern) {
    try {
      withWritableAlias(
          address,
          bytes,
          at -> {
            HostWindow.populateForWrite(os, at, bytes);
            RawMemory.fill(at, bytes, pattern);
          });
      mapFile(address, address, bytes, protection);
      HostWindow.populateForRead(os, address, bytes);
    } catch (RuntimeException failure) {
      Reservation.restoreAfter(failure, os, address, bytes);
      try {
        withWritableAlias(address, bytes, at -> removeAfter(failure, at, bytes));
      } catch (RuntimeException again) {
        failure.addSuppressed(again);
      }
      throw failure;
    }
  }

  @Override
  public void write(long address, byte[] bytes) {
    withWritableAlias(address, bytes.length, at -> RawMemory.write(at, bytes));
  }

  @Override
  public void fill(long address, long bytes, byte[] pattern) {
    withWritableAlias(address, bytes, at -> RawMemory.fill(at, bytes, pattern));
  }

  /**
   * Runs an action while the alias of a range is writable. Enables whole pages, because a change of
   * permissions of a part would split a huge page.
   */
  private void withWritableAlias(long address, long bytes, LongConsumer action) {
    long at = aliasOf(address);
    long first = at & -unitBytes();
    long length = (at + bytes - first + unitBytes() - 1) & -unitBytes();
    aliasAccess.enableWrites(first, length);
    try {
      action.accept(at);
    } finally {
      aliasAccess.disableWrites(first, length);
    }
  }
}
