package org.jitalloc.modules.signature;

/** A message by which no signature can be checked; has the verdict that follows. */
final class MessageException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient SignatureVerdict verdict;

  private MessageException(SignatureVerdict verdict) {
    super(verdict.toString());
    this.verdict = verdict;
  }

  static MessageException wrong(String problem) {
    return new MessageException(new SignatureVerdict.Wrong("its signature: " + problem));
  }

  static MessageException unsupported(String problem) {
    return new MessageException(new SignatureVerdict.Unknown("its signature: " + problem));
  }

  SignatureVerdict verdict() {
    return verdict;
  }
}
