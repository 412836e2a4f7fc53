package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

/**
 * Shut by a protection key of the processor: rights to it are in a register of each thread, and no
 * thread has any but while it writes. Signal handlers have none either.
 */
final class KeyGate implements AliasGate {

  private final SystemCalls os;
  private final int key;

  KeyGate(SystemCalls os, Holdings holdings) {
    this.os = os;
    key = os.pkeyAlloc(PKEY_DISABLE_ACCESS);
    holdings.add(() -> os.pkeyFree(key));
    // Not every C library can.
    os.pkeySet(key, PKEY_DISABLE_ACCESS);
  }

  @Override
  public void guard(long address, long bytes) {
    os.pkeyMprotect(address, bytes, PROT_READ | PROT_WRITE, key);
  }

  @Override
  public void open(long address, long bytes) {
    os.pkeySet(key, 0);
  }

  @Override
  public void shut(long address, long bytes) {
    os.pkeySet(key, PKEY_DISABLE_ACCESS);
  }

  @Override
  public String description() {
    return "the writable side shut by a protection key";
  }
}
