package org.jitalloc.kmod.autoload;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jitalloc.Target;
import org.jitalloc.kmod.ModuleAutoloader;
import org.jitalloc.kmod.RequestOutcome;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.ModuleLoader;

/** An autoloader that loads by threads of this process. For any thread. */
public final class LocalAutoloader implements ModuleAutoloader, AutoCloseable {
  private final ModuleLoader loader;
  private final ThreadWorkQueue queue;
  private final ExecutorService threads;
  private final FolderHelper helper;
  private final ModuleRequests requests;

  /**
   * Creates an autoloader without a folder of modules.
   *
   * @param loader the loader
   * @param config limits and times
   * @param warnings receives warnings, mainly of duplicates
   */
  public LocalAutoloader(ModuleLoader loader, AutoloadConfig config, WarningSink warnings) {
    this.loader = loader;
    String target = loader.target().name();
    queue = new ThreadWorkQueue("jitalloc-requests-" + target);
    // There are no more threads than slots.
    threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("jitalloc-modprobe-" + target + "-", 0).factory());
    helper = new FolderHelper(loader, threads);
    requests = new ModuleRequests(config, helper, queue, warnings);
  }

  @Override
  public Target target() {
    return loader.target();
  }

  @Override
  public void use(Path folder, LoadOptions options) {
    helper.use(folder, options);
  }

  @Override
  public RequestOutcome request(String name) {
    return requests.request(name);
  }

  @Override
  public RequestOutcome begin(String name) {
    return requests.submit(name, false).await();
  }

  @Override
  public Optional<String> failure(String name) {
    return helper.failure(name);
  }

  /**
   * Ends all requests with {@link org.jitalloc.kmod.RequestOutcome.Reason#CLOSED}. A load in
   * progress continues; it ends with the loader at the latest.
   */
  @Override
  public void close() {
    try {
      requests.close();
    } finally {
      queue.close();
      threads.shutdown();
    }
  }
}
