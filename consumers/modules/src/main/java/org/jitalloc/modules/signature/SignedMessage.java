package org.jitalloc.modules.signature;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSTypedData;
import org.bouncycastle.cms.SignerInformation;

/**
 * A PKCS #7 message (RFC 5652) about a module, read as a kernel reads it: BER with lengths of any
 * form, without content, without signed attributes.
 *
 * @param signers in the order of the message
 * @param certificates those in the message, in its order
 */
record SignedMessage(List<SignerInformation> signers, List<X509CertificateHolder> certificates) {
  /**
   * A longer message is not read. One signer needs some 500 bytes, a certificate up to 2,000. With
   * it, work that grows with the square of a message's parts stays short.
   */
  static final int MOST_BYTES = 1 << 16;

  /** For more signers no signature is computed: each costs a digest of the module. */
  static final int MOST_SIGNERS = 16;

  /** More certificates are not searched. */
  static final int MOST_CERTIFICATES = 64;

  SignedMessage {
    signers = List.copyOf(signers);
    certificates = List.copyOf(certificates);
  }

  /**
   * Reads a message.
   *
   * @param message its bytes
   * @param module what it is about
   * @throws MessageException if it is malformed, or not what a kernel accepts, or too large
   */
  static SignedMessage parse(ByteBuffer message, ByteBuffer module) throws MessageException {
    requireAtMost(MOST_BYTES, message.limit(), "bytes");
    var bytes = new byte[message.limit()];
    message.get(0, bytes);
    try {
      ContentInfo outer = ContentInfo.getInstance(bytes);
      requireDetachedData(outer);
      var signed = new CMSSignedData(new Content(module), outer);
      var parsed =
          new SignedMessage(
              List.copyOf(signed.getSignerInfos().getSigners()),
              List.copyOf(signed.getCertificates().getMatches(null)));
      parsed.requireWhatKernelsAccept();
      return parsed;
    } catch (CMSException | RuntimeException malformed) {
      // The parser reports malformed input by exceptions of many types.
      throw MessageException.wrong("it is malformed: " + Texts.of(malformed));
    }
  }

  private static void requireDetachedData(ContentInfo outer) throws MessageException {
    if (!CMSObjectIdentifiers.signedData.equals(outer.getContentType())) {
      throw MessageException.wrong("it is no signed data but " + Texts.of(outer.getContentType()));
    }
    ContentInfo inner = SignedData.getInstance(outer.getContent()).getEncapContentInfo();
    if (!CMSObjectIdentifiers.data.equals(inner.getContentType())) {
      throw MessageException.wrong("it signs no data but " + Texts.of(inner.getContentType()));
    }
    if (inner.getContent() != null) {
      throw MessageException.wrong("it has a content of its own, instead of being detached");
    }
  }

  private void requireWhatKernelsAccept() throws MessageException {
    requireAtMost(MOST_SIGNERS, signers.size(), "signers");
    requireAtMost(MOST_CERTIFICATES, certificates.size(), "certificates");
    if (signers.stream()
        .anyMatch(one -> one.toASN1Structure().getAuthenticatedAttributes() != null)) {
      throw MessageException.wrong(
          "it has signed attributes, which kernels do not accept for modules");
    }
  }

  private static void requireAtMost(int most, int count, String things) throws MessageException {
    if (count > most) {
      throw MessageException.unsupported(
          "it has %d %s, and at most %d are read".formatted(count, things, most));
    }
  }

  /** The module as the content of the message. */
  private record Content(ByteBuffer bytes) implements CMSTypedData {
    @Override
    public ASN1ObjectIdentifier getContentType() {
      return CMSObjectIdentifiers.data;
    }

    @Override
    public void write(OutputStream out) throws IOException {
      Channels.newChannel(out).write(bytes.slice());
    }

    @Override
    public Object getContent() {
      return bytes.slice();
    }
  }
}
