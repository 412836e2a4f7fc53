package org.jitalloc.modules.signature;

import java.io.IOException;
import java.math.BigInteger;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cms.SignerId;
import org.bouncycastle.cms.SignerInformation;

/** Texts for messages, of a length that does not depend on what a message contains. */
final class Texts {
  private static final int MOST_NAME_BYTES = 1024;
  private static final int MOST_NUMBER_BYTES = 64;
  private static final int MOST_CHARACTERS = 200;

  private Texts() {}

  static String of(Exception failure) {
    return cut(String.valueOf(failure.getMessage()));
  }

  static String of(ASN1ObjectIdentifier id) {
    return cut(id.getId());
  }

  /** {@return a distinguished name as RFC 2253 writes it} */
  static String of(X500Name name) {
    try {
      byte[] bytes = name.getEncoded();
      return bytes.length > MOST_NAME_BYTES
          ? "a name of %d bytes".formatted(bytes.length)
          : new X500Principal(bytes).getName();
    } catch (IOException | IllegalArgumentException unreadable) {
      return "a name that is malformed";
    }
  }

  static String of(BigInteger number) {
    return number.bitLength() > MOST_NUMBER_BYTES * Byte.SIZE
        ? "of %d bits".formatted(number.bitLength())
        : "%x".formatted(number);
  }

  static String of(SignerInformation signer) {
    SignerId id = signer.getSID();
    return id.getIssuer() == null
        ? "key " + cut(HexFormat.of().formatHex(id.getSubjectKeyIdentifier()))
        : "%s, number %s".formatted(of(id.getIssuer()), of(id.getSerialNumber()));
  }

  private static String cut(String text) {
    return text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) + "…" : text;
  }
}
