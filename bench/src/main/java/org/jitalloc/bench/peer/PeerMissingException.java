package org.jitalloc.bench.peer;

import org.jspecify.annotations.Nullable;

/** Thrown if the peer cannot be built. The message has what is missing and how to install it. */
public final class PeerMissingException extends Exception {
  private static final long serialVersionUID = 1L;

  PeerMissingException(String missing, @Nullable Throwable cause) {
    super(
        "no peer to compare with: %s; install it (Debian: apt-get install g++ libasmjit-dev)"
            .formatted(missing),
        cause);
  }
}
