package org.jitalloc.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.jitalloc.bench.peer.Peer;
import org.jitalloc.bench.peer.PeerMissingException;
import org.jspecify.annotations.Nullable;

/**
 * Builds the peer.
 *
 * @param folder the folder of this module
 */
record Peers(Path folder) {

  /**
   * {@return the peer, or null if it cannot be built; then the reason is printed on standard error}
   */
  @Nullable Peer get() throws IOException {
    try {
      return Peer.compile(folder.resolve("src/main/cpp"), folder.resolve("target/peer"));
    } catch (PeerMissingException missing) {
      System.err.println("jitalloc bench: " + missing.getMessage());
      return null;
    }
  }
}
