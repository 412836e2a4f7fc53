package org.jitalloc.dist;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * The main class of the launcher script: {@code HOME shell}, or {@code HOME exec COMMANDS}. HOME is
 * the folder with the bundles in {@code bundle} and those of the interactive shell in {@code
 * shell}. The exit code of {@code exec} is 0; 1 if a command failed; 2 if settings are given and
 * there is no host target with them.
 */
final class Main {
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  /** The prefix of the system properties that configure the host target. */
  private static final String SETTINGS = "jitalloc.";

  private Main() {}

  static void main(String... arguments) throws Exception {
    // Numbers have the same format in every locale, so that scripts can read them.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    Path home = Path.of(arguments[0]);
    int code;
    try {
      code =
          switch (arguments[1]) {
            case "shell" -> shell(home);
            case "exec" -> exec(home, arguments[2]);
            default -> throw new IllegalArgumentException("shell or exec, not " + arguments[1]);
          };
    } catch (BundleException failure) {
      System.err.println("jitalloc: the container did not start: " + failure.getMessage());
      code = FAILED;
    }
    // Not a return: a thread that a bundle did not stop must not keep a script waiting.
    System.exit(code);
  }

  private static int shell(Path home) throws BundleException, IOException, InterruptedException {
    var folders = List.of(home.resolve("bundle"), home.resolve("shell"));
    try (var container = Container.start(folders, Map.of())) {
      container.awaitStop();
    }
    return 0;
  }

  private static int exec(Path home, String commands)
      throws BundleException, IOException, InvalidSyntaxException {
    // One line for each message, as of any command.
    System.setProperty("java.util.logging.SimpleFormatter.format", "jitalloc: %5$s%6$s%n");
    try (var container = Container.start(List.of(home.resolve("bundle")), Map.of())) {
      ToIntFunction<String> script = script(container.context());
      if (isHostConfigured() && !hasHost(container.context())) {
        return MISUSED;
      }
      return script.applyAsInt(commands);
    }
  }

  private static boolean isHostConfigured() {
    return System.getProperties().stringPropertyNames().stream()
        .anyMatch(name -> name.startsWith(SETTINGS));
  }

  /**
   * Tests for a host target. Without one, prints an error, unless org.jitalloc.core has logged the
   * reason.
   */
  private static boolean hasHost(BundleContext context) throws InvalidSyntaxException {
    String allocator = "org.jitalloc.JitAllocator";
    if (context.getAllServiceReferences(allocator, "(jit.target=host)") != null) {
      return true;
    }
    if (context.getAllServiceReferences(allocator, null) == null) {
      System.err.println("jitalloc: no host target: org.jitalloc.core is not active");
    }
    return false;
  }

  @SuppressWarnings("rawtypes") // Services are raw.
  private static ToIntFunction<String> script(BundleContext context)
      throws InvalidSyntaxException, BundleException {
    for (ServiceReference<ToIntFunction> reference :
        context.getServiceReferences(ToIntFunction.class, "(jitalloc.launcher=script)")) {
      @SuppressWarnings("unchecked") // The property says that it takes commands.
      ToIntFunction<String> service = context.getService(reference);
      if (service != null) {
        return service;
      }
    }
    throw new BundleException("nothing runs commands: org.jitalloc.console did not become active");
  }
}
