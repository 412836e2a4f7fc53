package org.jitalloc.console;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jitalloc.console.command.CommandException;

/** Files that commands write. */
final class Outputs {
  private Outputs() {}

  /** What writes a file. */
  @FunctionalInterface
  interface Writing {
    void to(Path file) throws IOException;
  }

  /** Writes a file, or says which could not be written, and why. */
  static void write(Path file, Writing writing) {
    try {
      writing.to(file);
    } catch (NoSuchFileException missing) {
      throw new CommandException(
          "cannot write %s: there is no folder %s".formatted(file, file.getParent()));
    } catch (IOException failure) {
      throw new CommandException("cannot write %s: %s".formatted(file, Inputs.reason(failure)));
    }
  }
}
