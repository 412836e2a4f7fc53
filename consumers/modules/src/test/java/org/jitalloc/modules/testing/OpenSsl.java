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
  private final Path folder;
  private final X509Certificate certificate;

  /** Makes them, of an algorithm that openssl knows. */
  public OpenSsl(Path folder, String name, String... algorithm)
      throws IOException, InterruptedException, CertificateException {
    this.folder = folder;
    List<String> words =
        new ArrayList<>(List.of("req", "-x509", "-nodes", "-subj", "/CN=" + name, "-newkey"));
    words.addAll(List.of(algorithm));
    words.addAll(List.of("-keyout", "key.pem", "-out", "certificate.pem"));
    run(words);
    certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(
                    new ByteArrayInputStream(
                        Files.readAllBytes(folder.resolve("certificate.pem"))));
  }

  /** {@return whose key it is} */
  public X509Certificate certificate() {
    return certificate;
  }

  /** Signs. {@return the module with its signature} */
  public byte[] sign(byte[] module, String... options) throws IOException, InterruptedException {
    Files.write(folder.resolve("module"), module);
    List<String> words =
        new ArrayList<>(List.of("cms", "-sign", "-binary", "-nocerts", "-outform", "DER"));
    words.addAll(List.of("-signer", "certificate.pem", "-inkey", "key.pem"));
    words.addAll(List.of("-in", "module", "-out", "message"));
    words.addAll(List.of(options));
    run(words);
    return append(module, Files.readAllBytes(folder.resolve("message")));
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
