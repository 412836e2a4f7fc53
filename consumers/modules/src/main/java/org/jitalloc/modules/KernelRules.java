package org.jitalloc.modules;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jitalloc.modules.signature.SignaturePolicy;

/**
 * What a kernel demands of a module before it gets memory. The signature is asked of plain objects,
 * too; what else is demanded only modules for kernels can have.
 *
 * @param vermagic the kernel's, as {@code 6.1.0-50-amd64 SMP preempt mod_unload modversions };
 *     empty if modules for any kernel may be loaded
 * @param signatures what to do about modules by their signatures
 * @param trusted certificates of keys that may sign
 * @param licences the licences that modules may have, as they write them; empty if any will do
 * @param mayForce whether modules may be {@linkplain LoadOptions#forced loaded by force}
 */
public record KernelRules(
    Optional<String> vermagic,
    SignaturePolicy signatures,
    List<X509Certificate> trusted,
    Set<String> licences,
    boolean mayForce) {
  /** Nothing is demanded. */
  public static final KernelRules NONE =
      new KernelRules(Optional.empty(), SignaturePolicy.IGNORE, List.of(), Set.of(), true);

  /** Copies list and set. */
  public KernelRules {
    licences = Set.copyOf(licences);
    trusted = List.copyOf(trusted);
  }
}
