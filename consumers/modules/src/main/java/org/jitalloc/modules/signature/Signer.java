package org.jitalloc.modules.signature;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * One who signed a PKCS #7 message (RFC 5652).
 *
 * @param issuer of the certificate; null where the key is named instead
 * @param serial number of the certificate; null where the key is named instead
 * @param keyId of the certificate; empty where issuer and number are named
 * @param digest the name of the digest's algorithm, as an object
 * @param attributes what is signed instead of the content, as a set; empty if the content is
 * @param signature the signature
 */
record Signer(
    @Nullable X500Principal issuer,
    @Nullable BigInteger serial,
    byte[] keyId,
    String digest,
    Optional<byte[]> attributes,
    byte[] signature) {
  private static final String SIGNED_DATA = "1.2.840.113549.1.7.2";
  private static final int KEY_ID = 0x80;

  /**
   * Reads a message without content.
   *
   * @throws IllegalArgumentException if it is none
   */
  static List<Signer> parse(ByteBuffer message) {
    Der outer = new Der(message).next(Der.SEQUENCE).open();
    String type = Der.objectId(outer.next(Der.OBJECT_ID));
    if (!type.equals(SIGNED_DATA)) {
      throw new IllegalArgumentException("object %s is no signed data".formatted(type));
    }
    Der data = outer.next(Der.context(0)).open().next(Der.SEQUENCE).open();
    data.next(Der.INTEGER);
    data.next(Der.SET);
    data.next(Der.SEQUENCE);
    while (data.isNext(Der.context(0)) || data.isNext(Der.context(1))) {
      data.next();
    }
    Der infos = data.next(Der.SET).open();
    List<Signer> signers = new ArrayList<>();
    while (infos.hasMore()) {
      signers.add(signer(infos.next(Der.SEQUENCE).open()));
    }
    return signers;
  }

  private static Signer signer(Der info) {
    info.next(Der.INTEGER);
    X500Principal issuer = null;
    BigInteger serial = null;
    byte[] keyId = {};
    if (info.isNext(KEY_ID)) {
      keyId = info.next(KEY_ID).bytes();
    } else {
      Der name = info.next(Der.SEQUENCE).open();
      issuer = new X500Principal(name.next(Der.SEQUENCE).wholeBytes());
      serial = new BigInteger(name.next(Der.INTEGER).bytes());
    }
    String digest = Der.objectId(info.next(Der.SEQUENCE).open().next(Der.OBJECT_ID));
    Optional<byte[]> attributes = Optional.empty();
    if (info.isNext(Der.context(0))) {
      byte[] bytes = info.next().wholeBytes();
      // What is signed is the set itself, not its place in the message.
      bytes[0] = Der.SET;
      attributes = Optional.of(bytes);
    }
    info.next(Der.SEQUENCE);
    return new Signer(
        issuer, serial, keyId, digest, attributes, info.next(Der.OCTET_STRING).bytes());
  }

  /** {@return who it is, for people} */
  String describe() {
    return issuer == null
        ? "key " + HexFormat.of().formatHex(keyId)
        : "%s, number %x".formatted(issuer.getName(), serial);
  }
}
