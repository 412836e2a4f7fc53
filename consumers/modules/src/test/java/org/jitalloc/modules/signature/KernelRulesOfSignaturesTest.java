package org.jitalloc.modules.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jitalloc.modules.signature.SignatureVerdict.Trusted;
import org.jitalloc.modules.signature.SignatureVerdict.Unknown;
import org.jitalloc.modules.signature.SignatureVerdict.Wrong;
import org.jitalloc.modules.testing.OpenSsl;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What kernels accept, refuse, and load with a taint, in files that openssl signed. */
class KernelRulesOfSignaturesTest {
  private static final byte[] MODULE = new byte[5000];
  private static final String[] EC = {"ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"};
  private static final int TRAILER_AND_MARKER_BYTES = 40;

  @TempDir private static Path folder;
  private static OpenSsl rsa;
  private static OpenSsl root;
  private static OpenSsl middle;
  private static OpenSsl leaf;
  private static byte[] chained;

  @BeforeAll
  static void makeKeys() throws Exception {
    new Random(3).nextBytes(MODULE);
    rsa = new OpenSsl(folder("rsa"), "alone", "rsa:2048");
    root = new OpenSsl(folder("root"), "root", EC);
    middle = root.issue(folder("middle"), "middle", "rsa:2048");
    leaf = middle.issue(folder("leaf"), "leaf", EC);
    chained = leaf.signWithChain(MODULE, middle);
  }

  private static Path folder(String name) throws Exception {
    return Files.createDirectory(folder.resolve(name));
  }

  private static SignatureVerdict verify(byte[] file, OpenSsl... trusted) {
    List<X509Certificate> certificates = Stream.of(trusted).map(OpenSsl::certificate).toList();
    return new SignatureVerifier(certificates).verify(ByteBuffer.wrap(file));
  }

  private static void requireUnknown(String text, SignatureVerdict verdict) {
    assertInstanceOf(Unknown.class, verdict);
    assertTrue(verdict.toString().contains(text), verdict::toString);
  }

  private static void requireWrong(String text, SignatureVerdict verdict) {
    assertInstanceOf(Wrong.class, verdict);
    assertTrue(verdict.toString().contains(text), verdict::toString);
  }

  private static byte[] messageOf(byte[] file) {
    return Arrays.copyOfRange(file, MODULE.length, file.length - TRAILER_AND_MARKER_BYTES);
  }

  private static byte[] changed(byte[] file, byte[] what, int byWhich) {
    var text = new String(file, ISO_8859_1);
    int at = text.lastIndexOf(new String(what, ISO_8859_1));
    byte[] changed = file.clone();
    changed[at + byWhich] ^= 1;
    return changed;
  }

  @Test
  void pss_isTrusted() throws Exception {
    for (String salt : List.of("digest", "max", "20")) {
      byte[] file =
          rsa.sign(
              MODULE,
              "-noattr",
              "-md",
              "sha384",
              "-keyopt",
              "rsa_padding_mode:pss",
              "-keyopt",
              "rsa_pss_saltlen:" + salt);
      assertEquals(new Trusted("CN=alone"), verify(file, rsa), salt);
      file[9] ^= 1;
      requireWrong("it is not what CN=alone", verify(file, rsa));
    }
    byte[] otherMask =
        rsa.sign(
            MODULE,
            "-noattr",
            "-md",
            "sha512",
            "-keyopt",
            "rsa_padding_mode:pss",
            "-keyopt",
            "rsa_mgf1_md:sha256");
    requireUnknown("algorithm that is not supported", verify(otherMask, rsa));
  }

  @Test
  void pkcs7OfOldSignFile_isTrusted() throws Exception {
    byte[] message = rsa.message("smime", MODULE, List.of("-nocerts", "-noattr", "-md", "sha256"));
    assertEquals(new Trusted("CN=alone"), verify(OpenSsl.append(MODULE, message), rsa));
  }

  @Test
  void indefiniteLengths_areRead() throws Exception {
    byte[] message = messageOf(rsa.sign(MODULE, "-noattr", "-md", "sha256"));
    var indefinite = new ByteArrayOutputStream();
    indefinite.writeBytes(new byte[] {0x30, (byte) 0x80});
    // The outer element has a length of two bytes.
    indefinite.writeBytes(Arrays.copyOfRange(message, 4, message.length));
    indefinite.writeBytes(new byte[2]);
    byte[] file = OpenSsl.append(MODULE, indefinite.toByteArray());
    assertEquals(new Trusted("CN=alone"), verify(file, rsa));
    byte[] cut =
        OpenSsl.append(MODULE, Arrays.copyOf(indefinite.toByteArray(), message.length - 1));
    requireWrong("malformed", verify(cut, rsa));
  }

  @Test
  void contentOfItsOwn_isRefused() throws Exception {
    for (String option : List.of("-noindef", "-indef")) {
      byte[] message =
          rsa.message("cms", MODULE, List.of("-nocerts", "-noattr", "-nodetach", option));
      assertEquals(option.equals("-indef"), message[1] == (byte) 0x80);
      requireWrong("a content of its own", verify(OpenSsl.append(MODULE, message), rsa));
    }
  }

  @Test
  void signedAttributes_areRefused() throws Exception {
    requireWrong("signed attributes", verify(rsa.sign(MODULE, "-md", "sha256"), rsa));
  }

  @Test
  void otherContents_areRefused() throws Exception {
    byte[] receipt = rsa.sign(MODULE, "-noattr", "-econtent_type", "1.2.840.113549.1.9.16.1.1");
    requireWrong("it signs no data but 1.2.840.113549.1.9.16.1.1", verify(receipt, rsa));
  }

  @Test
  void chain_isWalkedToATrustedCertificate() throws Exception {
    assertEquals(new Trusted("CN=root"), verify(chained, root));
    assertEquals(new Trusted("CN=middle"), verify(chained, rsa, middle));
    assertEquals(new Trusted("CN=leaf"), verify(chained, leaf, root));
    requireUnknown("CN=middle, number", verify(chained, rsa));
    requireUnknown("which is not trusted", verify(leaf.signWithChain(MODULE), root));
    byte[] whole = leaf.signWithChain(MODULE, root, middle);
    assertEquals(new Trusted("CN=root"), verify(whole, root));
    requireUnknown("nor is its root CN=root", verify(whole, rsa));
  }

  @Test
  void chain_withAWrongSignature_isRefusedWhetherTrustedOrNot() throws Exception {
    byte[] otherModule = chained.clone();
    otherModule[17] ^= 1;
    for (OpenSsl trusted : List.of(root, middle, leaf, rsa)) {
      requireWrong("CN=leaf did not sign the module", verify(otherModule, trusted));
    }
    byte[] otherLeaf = changed(chained, leaf.certificate().getSignature(), 50);
    requireWrong("CN=middle did not sign CN=leaf", verify(otherLeaf, root));
    byte[] otherMiddle = changed(chained, middle.certificate().getSignature(), 50);
    requireWrong("CN=root did not sign the certificate of CN=middle", verify(otherMiddle, root));
    // Nothing on the path from the signer to what is trusted depends on it.
    assertEquals(new Trusted("CN=middle"), verify(otherMiddle, middle));
  }

  @Test
  void certificate_ofTheSameNameWithAnotherKey_isNotTrusted() throws Exception {
    var forged = new OpenSsl(folder("forged"), "root", EC);
    OpenSsl forgedLeaf = forged.issue(folder("forgedLeaf"), "leaf", EC);
    requireUnknown("which is not trusted", verify(forgedLeaf.signWithChain(MODULE), root));
    requireUnknown("nor is its root", verify(forgedLeaf.signWithChain(MODULE, forged), root));
  }

  @Test
  void certificate_thatNamesNoAuthorityKey_endsTheChain() throws Exception {
    OpenSsl silent =
        root.issue(
            folder("silent"), "silent", "rsa:2048", "-addext", "authorityKeyIdentifier=none");
    requireUnknown("which is not trusted", verify(silent.signWithChain(MODULE, root), root));
  }

  @Test
  void severalSigners_needOneThatIsTrusted_andNoneThatIsWrong() throws Exception {
    byte[] both = rsa.signWith(MODULE, leaf);
    assertEquals(new Trusted("CN=alone"), verify(both, rsa));
    assertEquals(new Trusted("CN=leaf"), verify(both, leaf));
    requireUnknown("not trusted", verify(both, root));
    both[0] ^= 1;
    requireWrong("it is not what", verify(both, leaf));
    byte[] many = rsa.signWith(MODULE, Collections.nCopies(16, leaf).toArray(OpenSsl[]::new));
    requireUnknown("17 signers, and at most 16", verify(many, rsa));
  }

  @Test
  void unsupportedAlgorithmsAndKeys_areUnknown() throws Exception {
    var curve = new OpenSsl(folder("curve"), "c", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1");
    requireUnknown("kind that is not supported", verify(curve.sign(MODULE, "-noattr"), curve));
    requireUnknown("not trusted", verify(curve.signWithChain(MODULE), rsa));
    var explicit =
        new OpenSsl(
            folder("explicit"),
            "e",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-pkeyopt",
            "ec_param_enc:explicit");
    requireUnknown("not trusted", verify(explicit.signWithChain(MODULE), rsa));
  }

  @Test
  void hostileMessages_endSoon() {
    for (int size : new int[] {1000, SignedMessage.MOST_BYTES}) {
      for (byte[] unit :
          List.of(
              new byte[] {0x30, (byte) 0x80},
              new byte[] {0x24, (byte) 0x80},
              new byte[] {0x31, (byte) 0x80, 0x05, 0},
              new byte[] {0x02, (byte) 0x83, 0, (byte) 0xf0, 0},
              new byte[] {0x06, (byte) 0x83, 0, (byte) 0xf0, 0, (byte) 0x81},
              new byte[] {0x30, (byte) 0x84, -1, -1, -1, -1},
              new byte[] {(byte) 0xbf, -1, -1, -1, -1, 0x7f, 1})) {
        var message = new byte[size];
        for (int i = 0; i < size; i++) {
          message[i] = unit[i % unit.length];
        }
        byte[] file = OpenSsl.append(MODULE, message);
        SignatureVerdict verdict =
            assertTimeout(Duration.ofSeconds(10), () -> verify(file, rsa, root));
        assertInstanceOf(Wrong.class, verdict);
        assertTrue(verdict.toString().length() < 400, verdict::toString);
      }
    }
    byte[] longer = OpenSsl.append(MODULE, new byte[SignedMessage.MOST_BYTES + 1]);
    requireUnknown("65537 bytes, and at most 65536 are read", verify(longer, rsa));
  }

  @Test
  void hostileNames_endSoon() throws Exception {
    // All that a message repeats as often as it has room, inside of what openssl made.
    byte[] message = messageOf(chained);
    byte[] name = root.certificate().getSubjectX500Principal().getEncoded();
    List<byte[]> parts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      parts.add(message);
      parts.add(name);
    }
    for (byte[] part : parts) {
      var file = new ByteArrayOutputStream();
      while (file.size() + part.length < SignedMessage.MOST_BYTES) {
        file.writeBytes(part);
      }
      byte[] signed = OpenSsl.append(MODULE, file.toByteArray());
      assertTimeout(Duration.ofSeconds(10), () -> verify(signed, root));
    }
  }

  @Test
  void changes_inAFileWithChain_forgeNothing() {
    var random = new Random(7);
    int trusted = 0;
    for (int i = 0; i < 600; i++) {
      byte[] file = chained.clone();
      int at = file.length - 1 - (i < 400 ? 40 + 4 * i : random.nextInt(file.length));
      file[at] = (byte) random.nextInt(256);
      SignatureVerdict verdict = verify(file, root);
      if (verdict instanceof Trusted) {
        trusted++;
        byte[] otherModule = file.clone();
        otherModule[random.nextInt(MODULE.length)] ^= (byte) (1 << random.nextInt(8));
        assertNotEquals(verdict, verify(otherModule, root));
        assertTrue(
            at >= MODULE.length || file[at] == chained[at],
            "changed at " + at + " of " + file.length);
      }
    }
    assertTrue(trusted < 200, trusted + " are trusted");
  }
}
