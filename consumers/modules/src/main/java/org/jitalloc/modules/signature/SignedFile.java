package org.jitalloc.modules.signature;

import java.nio.ByteBuffer;

/** Files of modules with a signature at the end. */
public final class SignedFile {
  private SignedFile() {}

  /**
   * Gives the part of a file that a signature covers.
   *
   * @param file all bytes, from index 0 to the limit
   * @return the bytes before the signature, from index 0 to the limit; all bytes if there is no
   *     signature, or what looks like one has wrong sizes
   */
  public static ByteBuffer withoutSignature(ByteBuffer file) {
    return AppendedSignature.find(file) instanceof AppendedSignature.Found found
        ? found.module()
        : file;
  }
}
