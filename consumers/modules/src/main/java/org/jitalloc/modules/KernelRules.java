package org.jitalloc.modules;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jitalloc.modules.signature.SignaturePolicy;

/**
 * What a kernel demands of a module before it gets memory.
 *
 * @param vermagic the kernel's, as {@code 6.1.0-50-amd64 SMP preempt mod_unload modversions };
 *     empty if modules for any kernel may be loaded
 * @param signatures what to do about modules by their signatures
 * @param trusted certificates of keys that may sign
 * @param mayForce whether modules may be {@linkplain LoadOptions#forced loaded by force}
 */
public record KernelRules(
    Optional<String> vermagic,
    SignaturePolicy signatures,
    List<X509Certificate> trusted,
    boolean mayForce) {
  /** Nothing is demanded. */
  public static final KernelRules NONE =
      new KernelRules(Optional.empty(), SignaturePolicy.IGNORE, List.of(), true);

  /** Copies the list. */
  public KernelRules {
    trusted = List.copyOf(trusted);
  }
}
