package org.jitalloc.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.jitalloc.bench.peer.Peer;
import org.jitalloc.bench.peer.PeerMissingException;
import org.jspecify.annotations.Nullable;

/**
 * Where the peer comes from.
 *
 * @param folder that of this module
 */
record Peers(Path folder) {

  /** The peer, or null where it cannot be had; why not is said on standard error. */
  @Nullable Peer get() throws IOException {
    try {
      return Peer.compile(folder.resolve("src/main/cpp"), folder.resolve("target/peer"));
    } catch (PeerMissingException missing) {
      System.err.println("jitalloc bench: " + missing.getMessage());
      return null;
    }
  }
}
