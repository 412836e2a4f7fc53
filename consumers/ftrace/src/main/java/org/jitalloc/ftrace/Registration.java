package org.jitalloc.ftrace;

/** Something that was added, and can be taken back. Closing again does nothing. */
public interface Registration extends AutoCloseable {
  /** Takes it back. */
  @Override
  void close();
}
