package org.jitalloc.modules.signature;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.SignerInformation;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a message from that of a signer to the last one whose issuer is in it. Each
 * signed the one before it, and the first signed the module. Dates are not looked at.
 *
 * @param signer the signer
 * @param certificates may be empty: then the message has no certificate of the signer, or its key
 *     or the signature is of a kind that is not supported
 */
record CertificatePath(SignerInformation signer, List<X509CertificateHolder> certificates) {
  CertificatePath {
    certificates = List.copyOf(certificates);
  }

  /**
   * Walks from a signer to the end of the path, and verifies each signature on it. What is not
   * supported ends the path.
   *
   * @throws MessageException if a signature is wrong
   */
  static CertificatePath of(SignerInformation signer, List<X509CertificateHolder> embedded)
      throws MessageException {
    List<X509CertificateHolder> path = new ArrayList<>();
    Optional<X509CertificateHolder> next = CertificateId.of(signer.getSID()).findIn(embedded);
    while (next.isPresent() && !path.contains(next.get())) {
      Optional<SigningKey> key = SigningKey.of(next.get());
      if (key.isEmpty()) {
        break;
      }
      boolean isSigned =
          path.isEmpty() ? key.get().signed(signer) : key.get().signed(path.getLast());
      if (!isSigned) {
        throw MessageException.wrong(
            "%s did not sign %s"
                .formatted(
                    Texts.of(next.get().getSubject()),
                    path.isEmpty() ? "the module" : Texts.of(path.getLast().getSubject())));
      }
      path.add(next.get());
      next = issuerIn(embedded, next.get());
    }
    return new CertificatePath(signer, path);
  }

  /** {@return the verdict on the signer's signature} */
  SignatureVerdict judge(List<X509CertificateHolder> trusted) {
    for (int i = 0; i < certificates.size(); i++) {
      X509CertificateHolder signed = i == 0 ? null : certificates.get(i - 1);
      Optional<X509CertificateHolder> same = CertificateId.of(certificates.get(i)).findIn(trusted);
      if (same.isPresent()) {
        // The trusted variant has to have signed the rest of the path, too.
        return verdict(same.get(), signed);
      }
    }
    if (!certificates.isEmpty()) {
      X509CertificateHolder last = certificates.getLast();
      Optional<X509CertificateHolder> issuer = issuerIn(trusted, last);
      if (issuer.isPresent()) {
        return verdict(issuer.get(), last);
      }
      if (isRoot(last)) {
        return unknown("is not trusted, nor is its root " + Texts.of(last.getSubject()));
      }
    }
    return CertificateId.of(signer.getSID())
        .findIn(trusted)
        .map(direct -> verdict(direct, null))
        .orElseGet(() -> unknown("is not trusted"));
  }

  /**
   * The verdict if a trusted certificate is at the end of the path.
   *
   * @param signed the certificate that it signed; null for the module
   */
  private SignatureVerdict verdict(
      X509CertificateHolder certificate, @Nullable X509CertificateHolder signed) {
    Optional<SigningKey> key = SigningKey.of(certificate);
    if (key.isEmpty()) {
      return unknown(
          "is trusted by a key of a kind that is not supported, of "
              + Texts.of(certificate.getSubject()));
    }
    boolean isRight = signed == null ? key.get().signed(signer) : key.get().signed(signed);
    return isRight
        ? new SignatureVerdict.Trusted(Texts.of(certificate.getSubject()))
        : new SignatureVerdict.Wrong(
            signed == null
                ? "it is not what %s signed".formatted(Texts.of(signer))
                : "%s did not sign the certificate of %s"
                    .formatted(Texts.of(certificate.getSubject()), Texts.of(signed.getSubject())));
  }

  private SignatureVerdict unknown(String problem) {
    return new SignatureVerdict.Unknown(
        "it is signed by %s, which %s".formatted(Texts.of(signer), problem));
  }

  private static Optional<X509CertificateHolder> issuerIn(
      List<X509CertificateHolder> embedded, X509CertificateHolder certificate) {
    return isRoot(certificate) || !SupportedAlgorithms.includes(certificate.getSignatureAlgorithm())
        ? Optional.empty()
        : CertificateId.ofIssuer(certificate).findIn(embedded);
  }

  /** {@return whether a certificate ends a path because it is its own issuer} */
  private static boolean isRoot(X509CertificateHolder certificate) {
    return Arrays.equals(encoded(certificate.getSubject()), encoded(certificate.getIssuer()));
  }

  private static byte[] encoded(X500Name name) {
    try {
      return name.getEncoded();
    } catch (IOException malformed) {
      throw new IllegalArgumentException("a name is malformed", malformed);
    }
  }
}
