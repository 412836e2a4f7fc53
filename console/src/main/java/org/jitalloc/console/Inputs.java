package org.jitalloc.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.felix.service.command.CommandSession;
import org.jitalloc.console.command.CommandException;
import org.jitalloc.console.command.Hex;

/** Reads the files of commands, relative to the directory of the session. */
final class Inputs {
  private Inputs() {}

  static Path path(CommandSession session, String file) {
    Path here = session.currentDir();
    return here == null ? Path.of(file) : here.resolve(file);
  }

  static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException missing) {
      throw new CommandException("no such file: " + file);
    } catch (IOException failure) {
      throw new CommandException("cannot read %s: %s".formatted(file, reason(failure)));
    }
  }

  /** {@return the reason of a failure; the messages of some exceptions are only the file name} */
  static String reason(IOException failure) {
    return switch (failure) {
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException it when it.getReason() != null -> it.getReason();
      default -> failure.toString();
    };
  }

  /** Reads a program: its instructions in binary, or their hexadecimal digits. */
  static byte[] program(Path file) {
    byte[] bytes = read(file);
    if (bytes.length > 4 && bytes[0] == 0x7f && bytes[1] == 'E' && bytes[2] == 'L') {
      throw new CommandException(
          "%s is an object file; take the instructions out of it first: objcopy -O binary -j SECTION %s OUT"
              .formatted(file, file.getFileName()));
    }
    // No binary program consists of such bytes only: the opcode 0x95 of EXIT is not a digit or
    // blank.
    return Hex.isText(bytes)
        ? Hex.parse(new String(bytes, StandardCharsets.US_ASCII), file.toString())
        : bytes;
  }

  /** Reads memory: hexadecimal digits, or the bytes of a file whose name follows an {@code @}. */
  static byte[] memory(CommandSession session, String text) {
    return text.startsWith("@") ? read(path(session, text.substring(1))) : Hex.parse(text, "--mem");
  }
}
