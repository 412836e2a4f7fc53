package org.jitalloc.console;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jitalloc.console.command.CommandException;

/** Writes the files of commands. */
final class Outputs {
  private Outputs() {}

  /** Writes a file. */
  @FunctionalInterface
  interface Writing {
    void to(Path file) throws IOException;
  }

  /** Writes a file; an error has the name of the file and the reason. */
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
