package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

/**
 * Shut by a protection key of the processor: rights to it are in a register of each thread, and no
 * thread has any but while it writes. Signal handlers have none either.
 */
final class PkeyAccess implements AliasAccess {

  private final SystemCalls os;
  private final int key;

  PkeyAccess(SystemCalls os, ResourceStack resources) {
    this.os = os;
    key = os.pkeyAlloc(PKEY_DISABLE_ACCESS);
    resources.add(() -> os.pkeyFree(key));
    // Not every C library can.
    os.pkeySet(key, PKEY_DISABLE_ACCESS);
  }

  @Override
  public void protect(long address, long bytes) {
    os.pkeyMprotect(address, bytes, PROT_READ | PROT_WRITE, key);
  }

  @Override
  public void enableWrites(long address, long bytes) {
    os.pkeySet(key, 0);
  }

  @Override
  public void disableWrites(long address, long bytes) {
    os.pkeySet(key, PKEY_DISABLE_ACCESS);
  }

  @Override
  public String description() {
    return "the writable side shut by a protection key";
  }
}
