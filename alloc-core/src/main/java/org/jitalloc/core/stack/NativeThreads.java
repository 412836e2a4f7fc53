package org.jitalloc.core.stack;

import java.io.IOException;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.NativeThread;
import org.jspecify.annotations.Nullable;

/** What the C library of this process has for its threads. */
public final class NativeThreads {
  /** The answer, which does not change. */
  public static final NativeThread FOUND = new NativeThread(address("__errno_location"));

  private static final Path TASKS = Path.of("/proc/self/task");
  private static final int SIGTRAP = 5;
  private static final String NAME = "Name:";
  private static final String BLOCKED = "SigBlk:";

  private NativeThreads() {}

  /** {@return name and number of each thread that blocks SIGTRAP now} */
  public static List<String> thatBlockTraps() {
    var found = new ArrayList<String>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        String name = nameIfBlocked(task.resolve("status"));
        if (name != null) {
          found.add("%s (%s)".formatted(name, task.getFileName()));
        }
      }
    } catch (IOException | DirectoryIteratorException unreadable) {
      return List.copyOf(found);
    }
    return List.copyOf(found);
  }

  /** {@return the name of a thread that blocks SIGTRAP; null if it does not, or has ended} */
  private static @Nullable String nameIfBlocked(Path status) {
    List<String> lines;
    try {
      lines = Files.readAllLines(status, StandardCharsets.ISO_8859_1);
    } catch (IOException ended) {
      return null;
    }
    String name = "";
    for (String line : lines) {
      if (line.startsWith(NAME)) {
        name = line.substring(NAME.length()).strip();
      } else if (line.startsWith(BLOCKED)) {
        long blocked = Long.parseUnsignedLong(line.substring(BLOCKED.length()).strip(), 16);
        return (blocked >> SIGTRAP - 1 & 1) == 0 ? null : name;
      }
    }
    return null;
  }

  private static long address(String function) {
    return Linker.nativeLinker()
        .defaultLookup()
        .find(function)
        .map(MemorySegment::address)
        .orElse(0L);
  }
}
