package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Protects the alias with PROT_NONE (mprotect(2)). While it is writable, it is writable for all
 * threads of the process. A lock therefore allows one write at a time: {@link #enableWrites}
 * acquires it and {@link #disableWrites} releases it.
 */
final class MprotectAccess implements AliasAccess {

  private final SystemCalls os;
  private final ReentrantLock lock = new ReentrantLock();

  MprotectAccess(SystemCalls os) {
    this.os = os;
  }

  @Override
  public void protect(long address, long bytes) {
    os.mprotect(address, bytes, PROT_NONE);
  }

  @Override
  public void enableWrites(long address, long bytes) {
    lock.lock();
    try {
      os.mprotect(address, bytes, PROT_READ | PROT_WRITE);
    } catch (RuntimeException failure) {
      lock.unlock();
      throw failure;
    }
  }

  @Override
  public void disableWrites(long address, long bytes) {
    try {
      os.mprotect(address, bytes, PROT_NONE);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String description() {
    return "alias without permissions between writes";
  }
}
