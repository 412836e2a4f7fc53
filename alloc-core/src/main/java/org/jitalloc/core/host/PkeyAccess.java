package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

/**
 * Protects the alias with a protection key of the processor (pkeys(7)). The rights are in a
 * register of each thread, and a thread has rights only while it writes. A signal handler starts
 * without rights.
 */
final class PkeyAccess implements AliasAccess {

  private final SystemCalls os;
  private final int key;

  PkeyAccess(SystemCalls os, ResourceStack resources) {
    this.os = os;
    key = os.pkeyAlloc(PKEY_DISABLE_ACCESS);
    resources.add(() -> os.pkeyFree(key));
    // Fails if the C library does not have pkey_set.
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
    return "alias protected by a protection key";
  }
}
