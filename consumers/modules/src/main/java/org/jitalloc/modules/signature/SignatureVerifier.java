package org.jitalloc.modules.signature;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks the signatures of modules against certificates that are trusted. Thread-safe. */
public final class SignatureVerifier {
  private static final Map<String, String> DIGESTS =
      Map.of(
          "2.16.840.1.101.3.4.2.1", "SHA-256",
          "2.16.840.1.101.3.4.2.2", "SHA-384",
          "2.16.840.1.101.3.4.2.3", "SHA-512",
          "2.16.840.1.101.3.4.2.4", "SHA-224",
          "1.3.14.3.2.26", "SHA-1");

  private static final String KEY_ID_EXTENSION = "2.5.29.14";
  private static final String MESSAGE_DIGEST = "1.2.840.113549.1.9.4";

  private final List<X509Certificate> trusted;

  /**
   * Makes a verifier.
   *
   * @param trusted certificates of keys that may sign. Their time is not looked at, as a kernel
   *     does not look at it either: modules are loaded for longer than keys are used
   */
  public SignatureVerifier(List<X509Certificate> trusted) {
    this.trusted = List.copyOf(trusted);
  }

  /**
   * Checks.
   *
   * @param file the module with its signature, from the position to the limit; not changed
   * @return what the signature is worth
   */
  public SignatureVerdict verify(ByteBuffer file) {
    return switch (AppendedSignature.find(file)) {
      case AppendedSignature.None _ -> new SignatureVerdict.Unsigned();
      case AppendedSignature.Damaged(String problem) -> new SignatureVerdict.Wrong(problem);
      case AppendedSignature.Found(ByteBuffer module, ByteBuffer message) -> {
        try {
          yield verify(module, Signer.parse(message));
        } catch (IllegalArgumentException damaged) {
          yield new SignatureVerdict.Wrong("its signature: " + damaged.getMessage());
        }
      }
    };
  }

  /** One that is trusted is enough; one that is wrong is too much. */
  private SignatureVerdict verify(ByteBuffer module, List<Signer> signers) {
    SignatureVerdict verdict = new SignatureVerdict.Unknown("nobody signed");
    for (Signer signer : signers) {
      SignatureVerdict one = verify(module, signer);
      if (one instanceof SignatureVerdict.Wrong) {
        return one;
      }
      if (!(verdict instanceof SignatureVerdict.Trusted)) {
        verdict = one;
      }
    }
    return verdict;
  }

  private SignatureVerdict verify(ByteBuffer module, Signer signer) {
    Optional<X509Certificate> certificate =
        trusted.stream().filter(one -> belongs(one, signer)).findFirst();
    if (certificate.isEmpty()) {
      return new SignatureVerdict.Unknown(
          "it is signed by %s, who is unknown".formatted(signer.describe()));
    }
    String digest = DIGESTS.get(signer.digest());
    if (digest == null) {
      return new SignatureVerdict.Unknown("its digest %s is unknown".formatted(signer.digest()));
    }
    try {
      return isRight(module, signer, digest, certificate.get().getPublicKey())
          ? new SignatureVerdict.Trusted(certificate.get().getSubjectX500Principal().getName())
          : new SignatureVerdict.Wrong("it is not what %s signed".formatted(signer.describe()));
    } catch (NoSuchAlgorithmException unknown) {
      return new SignatureVerdict.Unknown(
          "it is signed by %s in a way that is unknown: %s"
              .formatted(signer.describe(), unknown.getMessage()));
    } catch (GeneralSecurityException failed) {
      return new SignatureVerdict.Wrong(
          "its signature by %s: %s".formatted(signer.describe(), failed.getMessage()));
    }
  }

  private static boolean belongs(X509Certificate certificate, Signer signer) {
    if (signer.issuer() != null) {
      return certificate.getIssuerX500Principal().equals(signer.issuer())
          && certificate.getSerialNumber().equals(signer.serial());
    }
    byte[] extension = certificate.getExtensionValue(KEY_ID_EXTENSION);
    if (extension == null) {
      return false;
    }
    Der.Element outer = new Der(ByteBuffer.wrap(extension)).next(Der.OCTET_STRING);
    return Arrays.equals(outer.open().next(Der.OCTET_STRING).bytes(), signer.keyId());
  }

  private static boolean isRight(ByteBuffer module, Signer signer, String digest, PublicKey key)
      throws GeneralSecurityException {
    String kind = key.getAlgorithm().equals("EC") ? "ECDSA" : key.getAlgorithm();
    Signature signature = Signature.getInstance(digest.replace("-", "") + "with" + kind);
    signature.initVerify(key);
    if (signer.attributes().isEmpty()) {
      signature.update(module.slice());
      return signature.verify(signer.signature());
    }
    byte[] attributes = signer.attributes().get();
    signature.update(attributes);
    MessageDigest content = MessageDigest.getInstance(digest);
    content.update(module.slice());
    return signature.verify(signer.signature())
        && Arrays.equals(content.digest(), signedDigest(attributes));
  }

  private static byte[] signedDigest(byte[] attributes) {
    Der set = new Der(ByteBuffer.wrap(attributes)).next(Der.SET).open();
    while (set.hasMore()) {
      Der attribute = set.next(Der.SEQUENCE).open();
      if (Der.objectId(attribute.next(Der.OBJECT_ID)).equals(MESSAGE_DIGEST)) {
        return attribute.next(Der.SET).open().next(Der.OCTET_STRING).bytes();
      }
    }
    throw new IllegalArgumentException("the digest of the module is not among what is signed");
  }
}
