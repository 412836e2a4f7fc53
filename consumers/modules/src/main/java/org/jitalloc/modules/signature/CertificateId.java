package org.jitalloc.modules.signature;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.SignerId;

/**
 * How a signer or a certificate names the certificate of the key that signed it: by issuer and
 * serial number, by the identifier of the key, or by both, and then both have to match.
 *
 * @param certificate issuer and serial number, encoded
 * @param key identifier of the key
 */
record CertificateId(Optional<ByteBuffer> certificate, Optional<ByteBuffer> key) {

  /** {@return what a signer says} */
  static CertificateId of(SignerId signer) {
    return new CertificateId(
        signer.getIssuer() == null
            ? Optional.empty()
            : Optional.of(encoded(signer.getIssuer(), signer.getSerialNumber())),
        Optional.ofNullable(signer.getSubjectKeyIdentifier()).map(ByteBuffer::wrap));
  }

  /** {@return what names a certificate itself} */
  static CertificateId of(X509CertificateHolder certificate) {
    return new CertificateId(
        Optional.of(encoded(certificate.getIssuer(), certificate.getSerialNumber())),
        keyOf(certificate));
  }

  /**
   * {@return what a certificate says of its issuer's certificate; names none without the extension
   * for that, as in a kernel}
   */
  static CertificateId ofIssuer(X509CertificateHolder certificate) {
    AuthorityKeyIdentifier authority =
        extensions(certificate).map(AuthorityKeyIdentifier::fromExtensions).orElse(null);
    if (authority == null) {
      return new CertificateId(Optional.empty(), Optional.empty());
    }
    Optional<ByteBuffer> named =
        Optional.ofNullable(authority.getAuthorityCertSerialNumber())
            .flatMap(
                serial ->
                    directoryName(authority.getAuthorityCertIssuer())
                        .map(name -> encoded(name, serial)));
    return new CertificateId(
        named, Optional.ofNullable(authority.getKeyIdentifierOctets()).map(ByteBuffer::wrap));
  }

  /** {@return the first of the certificates that is meant} */
  Optional<X509CertificateHolder> findIn(List<X509CertificateHolder> certificates) {
    return certificates.stream().filter(this::names).findFirst();
  }

  private boolean names(X509CertificateHolder other) {
    if (certificate.isEmpty() && key.isEmpty()) {
      return false;
    }
    boolean isSame =
        certificate.isEmpty()
            || certificate.get().equals(encoded(other.getIssuer(), other.getSerialNumber()));
    return isSame && (key.isEmpty() || key.equals(keyOf(other)));
  }

  private static Optional<ByteBuffer> keyOf(X509CertificateHolder certificate) {
    return extensions(certificate)
        .map(SubjectKeyIdentifier::fromExtensions)
        .map(identifier -> ByteBuffer.wrap(identifier.getKeyIdentifier()));
  }

  private static Optional<Extensions> extensions(X509CertificateHolder certificate) {
    return Optional.ofNullable(certificate.getExtensions());
  }

  private static Optional<X500Name> directoryName(GeneralNames names) {
    return Optional.ofNullable(names).stream()
        .flatMap(all -> Stream.of(all.getNames()))
        .filter(name -> name.getTagNo() == GeneralName.directoryName)
        .map(name -> X500Name.getInstance(name.getName()))
        .findFirst();
  }

  private static ByteBuffer encoded(X500Name issuer, BigInteger serial) {
    try {
      return ByteBuffer.wrap(
          new IssuerAndSerialNumber(issuer, serial).getEncoded(ASN1Encoding.DER));
    } catch (IOException malformed) {
      throw new IllegalArgumentException("a name is malformed", malformed);
    }
  }
}
