package org.jitalloc.modules.signature;

import java.io.IOException;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cms.SignerInformation;

/**
 * The algorithms that are checked: those of kernels, which are RSA and ECDSA with SHA-1, SHA-2 and
 * SHA-3, and RSA-PSS if its two digests are the same. What is not among them gets no further, so
 * that a file cannot choose a slow one.
 */
final class SupportedAlgorithms {
  private static final Set<ASN1ObjectIdentifier> DIGESTS =
      Set.of(
          OIWObjectIdentifiers.idSHA1,
          NISTObjectIdentifiers.id_sha224,
          NISTObjectIdentifiers.id_sha256,
          NISTObjectIdentifiers.id_sha384,
          NISTObjectIdentifiers.id_sha512,
          NISTObjectIdentifiers.id_sha3_224,
          NISTObjectIdentifiers.id_sha3_256,
          NISTObjectIdentifiers.id_sha3_384,
          NISTObjectIdentifiers.id_sha3_512);

  private static final Set<ASN1ObjectIdentifier> SIGNATURES =
      Set.of(
          PKCSObjectIdentifiers.rsaEncryption,
          PKCSObjectIdentifiers.sha1WithRSAEncryption,
          PKCSObjectIdentifiers.sha224WithRSAEncryption,
          PKCSObjectIdentifiers.sha256WithRSAEncryption,
          PKCSObjectIdentifiers.sha384WithRSAEncryption,
          PKCSObjectIdentifiers.sha512WithRSAEncryption,
          NISTObjectIdentifiers.id_rsassa_pkcs1_v1_5_with_sha3_224,
          NISTObjectIdentifiers.id_rsassa_pkcs1_v1_5_with_sha3_256,
          NISTObjectIdentifiers.id_rsassa_pkcs1_v1_5_with_sha3_384,
          NISTObjectIdentifiers.id_rsassa_pkcs1_v1_5_with_sha3_512,
          X9ObjectIdentifiers.id_ecPublicKey,
          X9ObjectIdentifiers.ecdsa_with_SHA1,
          X9ObjectIdentifiers.ecdsa_with_SHA224,
          X9ObjectIdentifiers.ecdsa_with_SHA256,
          X9ObjectIdentifiers.ecdsa_with_SHA384,
          X9ObjectIdentifiers.ecdsa_with_SHA512,
          NISTObjectIdentifiers.id_ecdsa_with_sha3_224,
          NISTObjectIdentifiers.id_ecdsa_with_sha3_256,
          NISTObjectIdentifiers.id_ecdsa_with_sha3_384,
          NISTObjectIdentifiers.id_ecdsa_with_sha3_512);

  private static final Set<ASN1ObjectIdentifier> CURVES =
      Set.of(
          X9ObjectIdentifiers.prime192v1,
          X9ObjectIdentifiers.prime256v1,
          SECObjectIdentifiers.secp384r1,
          SECObjectIdentifiers.secp521r1);

  private static final int MOST_MODULUS_BITS = 8192;
  private static final int MOST_EXPONENT_BITS = 64;

  private SupportedAlgorithms() {}

  static boolean includes(SignerInformation signer) {
    return DIGESTS.contains(signer.getDigestAlgorithmID().getAlgorithm())
        && includes(signer.toASN1Structure().getDigestEncryptionAlgorithm());
  }

  /** {@return whether signatures of an algorithm are checked} */
  static boolean includes(AlgorithmIdentifier signature) {
    if (!PKCSObjectIdentifiers.id_RSASSA_PSS.equals(signature.getAlgorithm())) {
      return SIGNATURES.contains(signature.getAlgorithm());
    }
    if (signature.getParameters() == null) {
      return false;
    }
    RSASSAPSSparams parameters = RSASSAPSSparams.getInstance(signature.getParameters());
    ASN1ObjectIdentifier hash = parameters.getHashAlgorithm().getAlgorithm();
    AlgorithmIdentifier mask = parameters.getMaskGenAlgorithm();
    return DIGESTS.contains(hash)
        && PKCSObjectIdentifiers.id_mgf1.equals(mask.getAlgorithm())
        && hash.equals(AlgorithmIdentifier.getInstance(mask.getParameters()).getAlgorithm());
  }

  /** {@return whether signatures by a key are checked} */
  static boolean includes(SubjectPublicKeyInfo key) {
    ASN1ObjectIdentifier kind = key.getAlgorithm().getAlgorithm();
    if (X9ObjectIdentifiers.id_ecPublicKey.equals(kind)) {
      return key.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier curve
          && CURVES.contains(curve);
    }
    if (!PKCSObjectIdentifiers.rsaEncryption.equals(kind)
        && !PKCSObjectIdentifiers.id_RSASSA_PSS.equals(kind)) {
      return false;
    }
    RSAPublicKey numbers = numbers(key);
    return numbers.getModulus().bitLength() <= MOST_MODULUS_BITS
        && numbers.getPublicExponent().bitLength() <= MOST_EXPONENT_BITS;
  }

  private static RSAPublicKey numbers(SubjectPublicKeyInfo key) {
    try {
      return RSAPublicKey.getInstance(key.parsePublicKey());
    } catch (IOException malformed) {
      throw new IllegalArgumentException("an RSA key is malformed", malformed);
    }
  }
}
