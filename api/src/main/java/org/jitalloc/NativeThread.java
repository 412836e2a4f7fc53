package org.jitalloc;

/**
 * What the C library of a process has for each of its threads, for code that calls Java where the
 * code around it does not expect a call.
 *
 * @param errnoLocation the address of {@code int *__errno_location(void)}, which returns the
 *     address of errno of the calling thread; 0 if there is none. Upcalls overwrite errno
 */
public record NativeThread(long errnoLocation) {
  /** Of a target that runs no code, or has no C library. */
  public static final NativeThread NONE = new NativeThread(0);
}
