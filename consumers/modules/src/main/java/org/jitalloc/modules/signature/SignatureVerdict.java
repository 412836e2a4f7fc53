package org.jitalloc.modules.signature;

/** What a module's signature is worth. */
public sealed interface SignatureVerdict {

  /**
   * A trusted key signed the module as it is.
   *
   * @param signer the name in the certificate of the signer
   */
  record Trusted(String signer) implements SignatureVerdict {}

  /** There is no signature. */
  record Unsigned() implements SignatureVerdict {}

  /**
   * There is a signature, but its key or its kind is unknown.
   *
   * @param detail the signer, or what is unknown
   */
  record Unknown(String detail) implements SignatureVerdict {}

  /**
   * There is a signature, and it is wrong: the module was changed, or the signature was.
   *
   * @param detail what is wrong
   */
  record Wrong(String detail) implements SignatureVerdict {}
}
