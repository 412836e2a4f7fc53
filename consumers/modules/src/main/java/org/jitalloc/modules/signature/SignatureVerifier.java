package org.jitalloc.modules.signature;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.SignerInformation;

/**
 * Checks the signatures of modules against trusted certificates, by the rules of kernels. A
 * signature is trusted if a trusted certificate is that of the signer, or of a certificate between
 * the signer and a root, or if a trusted certificate signed the last of the certificates in the
 * message. Thread-safe.
 */
public final class SignatureVerifier {
  private final List<X509CertificateHolder> trusted;

  /**
   * Makes a verifier.
   *
   * @param trusted certificates of keys that may sign. Their dates are not looked at, as a kernel
   *     does not look at them either: modules are loaded for longer than keys are used
   * @throws IllegalArgumentException if a certificate cannot be read
   */
  public SignatureVerifier(List<X509Certificate> trusted) {
    this.trusted = trusted.stream().map(SignatureVerifier::holder).toList();
  }

  private static X509CertificateHolder holder(X509Certificate certificate) {
    try {
      return new X509CertificateHolder(certificate.getEncoded());
    } catch (IOException | CertificateEncodingException malformed) {
      throw new IllegalArgumentException(
          "a trusted certificate is malformed: " + malformed.getMessage(), malformed);
    }
  }

  /**
   * Checks a file.
   *
   * @param file the module with its signature, from the position to the limit; not changed
   * @return the verdict on the signature
   */
  public SignatureVerdict verify(ByteBuffer file) {
    return switch (AppendedSignature.find(file)) {
      case AppendedSignature.None _ -> new SignatureVerdict.Unsigned();
      case AppendedSignature.Damaged(String problem) -> new SignatureVerdict.Wrong(problem);
      case AppendedSignature.OtherKind(int kind) ->
          new SignatureVerdict.Unknown("a signature of kind %d, not PKCS #7".formatted(kind));
      case AppendedSignature.Found(ByteBuffer module, ByteBuffer message) ->
          verify(module, message);
    };
  }

  private SignatureVerdict verify(ByteBuffer module, ByteBuffer message) {
    try {
      return verify(SignedMessage.parse(message, module));
    } catch (MessageException refused) {
      return refused.verdict();
    } catch (RuntimeException malformed) {
      // Parts of a message are parsed as they are asked for; see SignedMessage.parse.
      return new SignatureVerdict.Wrong("its signature is malformed: " + Texts.of(malformed));
    }
  }

  /** One signer that is trusted is enough; one signature that is wrong is refused. */
  private SignatureVerdict verify(SignedMessage message) throws MessageException {
    SignatureVerdict verdict = new SignatureVerdict.Unknown("its signature has no signer");
    for (SignerInformation signer : message.signers()) {
      SignatureVerdict one = verify(signer, message.certificates());
      if (one instanceof SignatureVerdict.Wrong) {
        return one;
      }
      if (!(verdict instanceof SignatureVerdict.Trusted)) {
        verdict = one;
      }
    }
    return verdict;
  }

  private SignatureVerdict verify(SignerInformation signer, List<X509CertificateHolder> embedded)
      throws MessageException {
    if (!SupportedAlgorithms.includes(signer)) {
      return new SignatureVerdict.Unknown(
          "it is signed by %s with an algorithm that is not supported: %s, digest %s"
              .formatted(
                  Texts.of(signer),
                  Texts.of(signer.toASN1Structure().getDigestEncryptionAlgorithm().getAlgorithm()),
                  Texts.of(signer.getDigestAlgorithmID().getAlgorithm())));
    }
    return CertificatePath.of(signer, embedded).judge(trusted);
  }
}
