package org.jitalloc.modules.signature;

import java.io.IOException;
import java.security.Provider;
import java.security.PublicKey;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

/** The public key of a certificate, of a kind that is supported. */
final class SigningKey {
  /** Used here only: it is not installed in the process. */
  private static final Provider PROVIDER = new BouncyCastleProvider();

  private final PublicKey key;

  private SigningKey(PublicKey key) {
    this.key = key;
  }

  /** {@return the key of a certificate; empty if its kind is not supported} */
  static Optional<SigningKey> of(X509CertificateHolder certificate) {
    SubjectPublicKeyInfo info = certificate.getSubjectPublicKeyInfo();
    if (!SupportedAlgorithms.includes(info)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new SigningKey(BouncyCastleProvider.getPublicKey(info)));
    } catch (IOException malformed) {
      throw new IllegalArgumentException("a public key is malformed", malformed);
    }
  }

  /**
   * {@return whether the key made the signature of a signer}
   *
   * @param signer with a supported algorithm
   */
  boolean signed(SignerInformation signer) {
    try {
      return signer.verify(
          new JcaSimpleSignerInfoVerifierBuilder().setProvider(PROVIDER).build(key));
    } catch (CMSException | OperatorCreationException notBySuchKey) {
      return false;
    }
  }

  /**
   * {@return whether the key made the signature of a certificate}
   *
   * @param certificate with a supported algorithm
   */
  boolean signed(X509CertificateHolder certificate) {
    try {
      return certificate.isSignatureValid(
          new JcaContentVerifierProviderBuilder().setProvider(PROVIDER).build(key));
    } catch (CertException | OperatorCreationException notBySuchKey) {
      return false;
    }
  }
}
