package org.jitalloc.modules.signature;

/** What a module's signature is worth. */
public sealed interface SignatureVerdict {

  /**
   * A trusted key signed the module as it is.
   *
   * @param signer whose certificate it is
   */
  record Trusted(String signer) implements SignatureVerdict {}

  /** There is no signature. */
  record Unsigned() implements SignatureVerdict {}

  /**
   * There is a signature, but nobody knows the key, or how to check it.
   *
   * @param detail who signed, or what is unknown
   */
  record Unknown(String detail) implements SignatureVerdict {}

  /**
   * There is a signature, and it is wrong: the module was changed, or the signature was.
   *
   * @param detail what is wrong
   */
  record Wrong(String detail) implements SignatureVerdict {}
}
