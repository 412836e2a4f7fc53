package org.jitalloc.modules.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jitalloc.modules.signature.SignaturePolicy.Decision;
import org.jitalloc.modules.taint.Taint;
import org.jitalloc.modules.taint.Taints;
import org.jitalloc.modules.testing.OpenSsl;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against openssl, which made the keys and signed. */
class SignatureTest {
  private static final byte[] MODULE = new byte[10_000];
  private static final int MARKER_BYTES = 28;

  private static OpenSsl rsa;
  private static OpenSsl ec;

  @BeforeAll
  static void makeKeys(@TempDir Path folder) throws Exception {
    new Random(1).nextBytes(MODULE);
    Path first = Files.createDirectory(folder.resolve("rsa"));
    Path second = Files.createDirectory(folder.resolve("ec"));
    rsa = new OpenSsl(first, "the kernel's key", "rsa:2048");
    ec = new OpenSsl(second, "another key", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
    signed = rsa.sign(MODULE, "-noattr", "-md", "sha256");
  }

  private static byte[] signed;

  private static SignatureVerdict verify(OpenSsl trusted, byte[] file) {
    return new SignatureVerifier(List.of(trusted.certificate())).verify(ByteBuffer.wrap(file));
  }

  @Test
  void signature_asKernelsAreBuiltWith_isTrusted() {
    assertEquals(new SignatureVerdict.Trusted("CN=the kernel's key"), verify(rsa, signed));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-noattr -md sha512",
        "-noattr -md sha384 -keyid",
        "-noattr -md sha224",
        "-noattr -md sha1"
      })
  void signatures_ofAllKinds_areTrusted(String options) throws Exception {
    for (OpenSsl key : List.of(rsa, ec)) {
      byte[] file = key.sign(MODULE, options.split(" "));
      assertInstanceOf(SignatureVerdict.Trusted.class, verify(key, file), options);
      file[77] ^= 4;
      assertInstanceOf(SignatureVerdict.Wrong.class, verify(key, file), options);
    }
  }

  /** By RSA: openssl 3.0 does not make them by other keys. */
  @ParameterizedTest
  @ValueSource(strings = {"sha3-224", "sha3-256", "sha3-384", "sha3-512"})
  void signatures_withSha3_areTrusted(String digest) throws Exception {
    byte[] file = rsa.sign(MODULE, "-noattr", "-md", digest);
    assertInstanceOf(SignatureVerdict.Trusted.class, verify(rsa, file));
    file[78] ^= 4;
    assertInstanceOf(SignatureVerdict.Wrong.class, verify(rsa, file));
  }

  @Test
  void modules_withoutSignature_orSignedByOthers_areToldApart() throws Exception {
    assertEquals(new SignatureVerdict.Unsigned(), verify(rsa, MODULE));
    assertEquals(new SignatureVerdict.Unsigned(), verify(rsa, new byte[0]));
    SignatureVerdict other = verify(ec, signed);
    assertInstanceOf(SignatureVerdict.Unknown.class, other);
    assertEquals(
        true, other.toString().contains("signed by CN=the kernel's key, number "), other::toString);
    byte[] unknownDigest = rsa.sign(MODULE, "-noattr", "-md", "md5");
    assertInstanceOf(SignatureVerdict.Unknown.class, verify(rsa, unknownDigest));
  }

  @Test
  void changes_anywhere_areFound() {
    var random = new Random(2);
    for (int i = 0; i < 2000; i++) {
      byte[] file = signed.clone();
      int at = i < 700 ? file.length - 1 - i : random.nextInt(file.length);
      file[at] ^= (byte) (1 << random.nextInt(8));
      SignatureVerdict verdict = verify(rsa, file);
      // In what only repeats itself or is not looked at, a change changes nothing that is signed.
      if (verdict instanceof SignatureVerdict.Trusted) {
        int inMessage = file.length - at;
        assertEquals(
            true, at >= MODULE.length && inMessage > MARKER_BYTES + 12, "changed at " + at);
      }
    }
  }

  @Test
  void cutOffs_areRefusedOrUnsigned() {
    for (int length = 0; length < signed.length; length += 7) {
      byte[] file = Arrays.copyOf(signed, length);
      assertEquals(new SignatureVerdict.Unsigned(), verify(rsa, file));
      byte[] marked = Arrays.copyOf(signed, length + MARKER_BYTES);
      System.arraycopy(signed, signed.length - MARKER_BYTES, marked, length, MARKER_BYTES);
      assertFalse(verify(rsa, marked) instanceof SignatureVerdict.Trusted, "cut at " + length);
    }
  }

  @Test
  void messages_thatAreNone_areWrong() {
    for (String text : List.of("", "0", "\u0030\u0003\u0002\u0001", "\u0030\u0001\u0006")) {
      byte[] file = OpenSsl.append(MODULE, text.getBytes(StandardCharsets.ISO_8859_1));
      assertInstanceOf(SignatureVerdict.Wrong.class, verify(rsa, file), text);
    }
    byte[] huge = OpenSsl.append(MODULE, new byte[] {0x30, (byte) 0x84, -1, -1, -1, -1});
    assertInstanceOf(SignatureVerdict.Wrong.class, verify(rsa, huge));
    byte[] otherKind = signed.clone();
    otherKind[signed.length - MARKER_BYTES - 10] = 1;
    assertEquals(
        new SignatureVerdict.Unknown("a signature of kind 1, not PKCS #7"), verify(rsa, otherKind));
    byte[] otherField = signed.clone();
    otherField[signed.length - MARKER_BYTES - 12] = 1;
    assertEquals(
        new SignatureVerdict.Wrong("fields that must be 0 in a PKCS #7 signature are not"),
        verify(rsa, otherField));
  }

  @Test
  void policies_refuseTaintOrIgnore() {
    SignatureVerdict trusted = new SignatureVerdict.Trusted("CN=k");
    SignatureVerdict unsigned = new SignatureVerdict.Unsigned();
    SignatureVerdict unknown = new SignatureVerdict.Unknown("who?");
    SignatureVerdict wrong = new SignatureVerdict.Wrong("changed");
    Decision accept = new Decision.Accept(Taints.NONE);
    Decision taint = new Decision.Accept(Taints.NONE.with(Taint.UNSIGNED));
    for (SignaturePolicy policy : SignaturePolicy.values()) {
      assertEquals(accept, policy.decide(trusted));
    }
    assertEquals(taint, SignaturePolicy.TAINT.decide(unsigned));
    assertEquals(taint, SignaturePolicy.TAINT.decide(unknown));
    assertEquals(new Decision.Refuse("changed"), SignaturePolicy.TAINT.decide(wrong));
    assertEquals(
        new Decision.Refuse("it has no signature, and policy demands one that is trusted"),
        SignaturePolicy.REFUSE.decide(unsigned));
    assertInstanceOf(Decision.Refuse.class, SignaturePolicy.REFUSE.decide(unknown));
    assertInstanceOf(Decision.Refuse.class, SignaturePolicy.REFUSE.decide(wrong));
    for (SignatureVerdict verdict : List.of(unsigned, unknown, wrong)) {
      assertEquals(accept, SignaturePolicy.IGNORE.decide(verdict));
    }
  }
}
