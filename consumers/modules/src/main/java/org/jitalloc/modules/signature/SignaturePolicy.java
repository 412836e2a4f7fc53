package org.jitalloc.modules.signature;

import org.jitalloc.modules.taint.Taint;
import org.jitalloc.modules.taint.Taints;

/** What to do about modules by their signatures. */
public enum SignaturePolicy {
  /** Load only what a trusted key signed. */
  REFUSE,
  /**
   * Load unsigned modules and modules of unknown signers, with a taint. A wrong signature is
   * refused all the same: that is damage or malice.
   */
  TAINT,
  /** Load everything. */
  IGNORE;

  /** What to do with one module. */
  public sealed interface Decision {
    /**
     * Load it.
     *
     * @param taints it brings
     */
    record Accept(Taints taints) implements Decision {}

    /**
     * Do not load it.
     *
     * @param why for people
     */
    record Refuse(String why) implements Decision {}
  }

  /**
   * Decides.
   *
   * @param verdict on the module's signature
   * @return what to do
   */
  public Decision decide(SignatureVerdict verdict) {
    if (this == IGNORE) {
      return new Decision.Accept(Taints.NONE);
    }
    return switch (verdict) {
      case SignatureVerdict.Trusted _ -> new Decision.Accept(Taints.NONE);
      case SignatureVerdict.Unsigned _ -> unproved("it has no signature");
      case SignatureVerdict.Unknown(String detail) -> unproved(detail);
      case SignatureVerdict.Wrong(String detail) -> new Decision.Refuse(detail);
    };
  }

  private Decision unproved(String detail) {
    return this == TAINT
        ? new Decision.Accept(Taints.NONE.with(Taint.UNSIGNED))
        : new Decision.Refuse(detail + ", and policy demands one that is trusted");
  }
}
