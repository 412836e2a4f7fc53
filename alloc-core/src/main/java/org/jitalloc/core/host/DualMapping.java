package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.jitalloc.JitAllocException;
import org.jitalloc.core.host.HostMode.Pages;

/**
 * One file in memory, mapped twice: for its users read-only, perhaps executable, inside the window;
 * and writable, never executable, at a distance that only this class knows.
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

  /** Addresses of huge pages that the kernel refused to make for now; tried again later. */
  private final Set<Long> notCollapsed = ConcurrentHashMap.newKeySet();

  /** What the kernel said when it refused last; empty if it never did. */
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

  /** What is sealed stays mapped; this takes its memory away, and reaching for it is an error. */
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
      HostWindow.provide(os, aliasOf(address), bytes);
      RawMemory.fill(aliasOf(address), bytes, pattern);
      mapFile(address, address, bytes, protection);
      HostWindow.enter(os, address, bytes);
      collapseUsers(address, bytes);
      aliasAccess.protect(aliasOf(address), bytes);
    } catch (RuntimeException failure) {
      forget(address, bytes);
      Reservation.restoreAfter(failure, os, address, bytes);
      removeAfter(failure, aliasOf(address), bytes);
      Reservation.restoreAfter(failure, os, aliasOf(address), bytes);
      throw failure;
    }
  }

  /** Gives pages of the file back because of a failure: they would stay as long as the file. */
  private void removeAfter(RuntimeException cause, long alias, long bytes) {
    try {
      os.madvise(alias, bytes, MADV_REMOVE);
    } catch (JitAllocException failure) {
      // What is not the file's has nothing to give back.
      if (Errno.of(failure) != Errno.EINVAL) {
        cause.addSuppressed(failure);
      }
    }
  }

  /**
   * Makes huge pages of the file before it is filled: the kernel wants one page of each to be
   * present, and copies nothing else. A refusal is no failure: the pages are small then.
   */
  private void collapseEmpty(long address, long bytes) {
    if (pages != Pages.COLLAPSED) {
      return;
    }
    for (long at = address; at < address + bytes; at += unitBytes()) {
      HostWindow.provide(os, aliasOf(at), sizes.small());
      RawMemory.write(aliasOf(at), new byte[1]);
      collapsePage(aliasOf(at), at);
    }
  }

  /** Maps the huge pages of the file as such on the side of the users too. */
  private void collapseUsers(long address, long bytes) {
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
  public String whyNotHuge() {
    return refusal;
  }

  @Override
  public void retryHugePages() {
    for (long address : notCollapsed) {
      notCollapsed.remove(address);
      collapse(address, unitBytes());
    }
  }

  /** Threads that run in the pages fault once and go on. */
  @Override
  public void collapse(long address, long bytes) {
    if (pages == Pages.COLLAPSED) {
      for (long at = address; at < address + bytes; at += unitBytes()) {
        long page = at;
        withWritableAlias(page, unitBytes(), side -> collapsePage(side, page));
      }
      collapseUsers(address, bytes);
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

  /** The memory goes back to the system while the file lasts: nothing of it is left to be read. */
  @Override
  public void unmap(long address, long bytes) {
    forget(address, bytes);
    Reservation.restore(os, address, bytes);
    // Some kernels remove only what could be written.
    withWritableAlias(address, bytes, at -> os.madvise(at, bytes, MADV_REMOVE));
    Reservation.restore(os, aliasOf(address), bytes);
  }

  private void forget(long address, long bytes) {
    if (!notCollapsed.isEmpty()) {
      notCollapsed.removeIf(page -> page >= address && page < address + bytes);
    }
  }

  /**
   * First nobody can run it, then there is nothing: a hole in the file would be zeros. The writable
   * side stays.
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
      // It cannot be reached, and can be mapped again.
      warnings.add("memory stays that is not needed: " + failure.getMessage());
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
            HostWindow.provide(os, at, bytes);
            RawMemory.fill(at, bytes, pattern);
          });
      mapFile(address, address, bytes, protection);
      HostWindow.enter(os, address, bytes);
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

  /** Opens whole pages: what is less would split huge ones. */
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
