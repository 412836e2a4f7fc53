package org.jitalloc.modules.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** A key and its certificate, made by openssl, and what it signs, as modules are signed. */
public final class OpenSsl {
  private static final String KEY = "key.pem";
  private static final String CERTIFICATE = "certificate.pem";

  private final Path folder;

  /**
   * Makes a key of an algorithm that openssl knows, and a certificate that the key itself signs.
   *
   * @param folder an empty one, for the files
   * @param name the common name in the certificate
   * @param algorithm a value of {@code -newkey}, and more options of {@code openssl req}
   */
  public OpenSsl(Path folder, String name, String... algorithm)
      throws IOException, InterruptedException {
    this.folder = folder;
    List<String> words =
        new ArrayList<>(List.of("req", "-x509", "-nodes", "-subj", "/CN=" + name, "-newkey"));
    words.addAll(List.of(algorithm));
    words.addAll(List.of("-keyout", KEY, "-out", CERTIFICATE));
    run(words);
  }

  /** Makes a key and a certificate that this key signs. */
  public OpenSsl issue(Path into, String name, String... algorithm)
      throws IOException, InterruptedException {
    var words = new ArrayList<>(List.of(algorithm));
    words.addAll(List.of("-CA", file(CERTIFICATE), "-CAkey", file(KEY)));
    return new OpenSsl(into, name, words.toArray(String[]::new));
  }

  /** {@return the certificate of the key} */
  public X509Certificate certificate() {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(Files.readAllBytes(folder.resolve(CERTIFICATE))));
    } catch (IOException | CertificateException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /**
   * Signs without certificates in the message, as {@code sign-file} of the kernel does with {@code
   * -noattr}.
   *
   * @return the module with its signature
   */
  public byte[] sign(byte[] module, String... options) throws IOException, InterruptedException {
    var words = new ArrayList<>(List.of("-nocerts"));
    words.addAll(List.of(options));
    return append(module, message("cms", module, words));
  }

  /** Signs with the own certificate and others in the message. */
  public byte[] signWithChain(byte[] module, OpenSsl... others)
      throws IOException, InterruptedException {
    var chain = new StringBuilder();
    for (OpenSsl other : others) {
      chain.append(Files.readString(other.folder.resolve(CERTIFICATE)));
    }
    List<String> words = new ArrayList<>(List.of("-noattr", "-md", "sha256"));
    if (others.length > 0) {
      Files.writeString(folder.resolve("chain.pem"), chain);
      words.addAll(List.of("-certfile", "chain.pem"));
    }
    return append(module, message("cms", module, words));
  }

  /** Signs with other keys, too. */
  public byte[] signWith(byte[] module, OpenSsl... others)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("-nocerts", "-noattr"));
    for (OpenSsl other : others) {
      words.addAll(List.of("-signer", other.file(CERTIFICATE), "-inkey", other.file(KEY)));
    }
    return append(module, message("cms", module, words));
  }

  /**
   * Makes a message.
   *
   * @param command of openssl: {@code cms} or {@code smime}, which writes PKCS #7 of version 1.5
   */
  public byte[] message(String command, byte[] module, List<String> options)
      throws IOException, InterruptedException {
    Files.write(folder.resolve("module"), module);
    List<String> words = new ArrayList<>(List.of(command, "-sign", "-binary", "-outform", "DER"));
    words.addAll(List.of("-signer", CERTIFICATE, "-inkey", KEY));
    words.addAll(List.of("-in", "module", "-out", "message"));
    words.addAll(options);
    run(words);
    return Files.readAllBytes(folder.resolve("message"));
  }

  private String file(String name) {
    return folder.resolve(name).toAbsolutePath().toString();
  }

  /** Puts a message to the end of a module. {@return both} */
  public static byte[] append(byte[] module, byte[] message) {
    var file = new ByteArrayOutputStream();
    file.writeBytes(module);
    file.writeBytes(message);
    file.writeBytes(
        ByteBuffer.allocate(12).putLong(0x0000_0200_0000_0000L).putInt(message.length).array());
    file.writeBytes("~Module signature appended~\n".getBytes(StandardCharsets.US_ASCII));
    return file.toByteArray();
  }

  private void run(List<String> words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(words);
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }
}
