package org.jitalloc.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PeerTest {

  @Test
  void result_isWhatThePeerPrints() {
    assertEquals(
        new PeerResult(527.25, 520.5, 100, 128, 65_536, 1),
        PeerResult.parse(
            "ns_per_op 527.25\n"
                + "cpu_ns_per_op 520.5\n"
                + "live_bytes 100\n"
                + "used_bytes 128\n"
                + "reserved_bytes 65536\n"
                + "blocks 1\n"));
  }

  @Test
  void compile_whatDoesNotCompile_isMissing_andSaysWhatToInstall(@TempDir Path folder)
      throws Exception {
    Files.writeString(
        folder.resolve("asmjit-peer.cpp"), "#include <there/is/no/such/header>\nint main() {}\n");
    var missing =
        assertThrows(PeerMissingException.class, () -> Peer.compile(folder, folder.resolve("out")));
    assertTrue(
        String.valueOf(missing.getMessage()).contains("apt-get install g++ libasmjit-dev"),
        missing.getMessage());
  }
}
