package org.jitalloc.modules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleNotifier;
import org.jitalloc.modules.ModuleState;
import org.jitalloc.modules.code.CodeCodecs;
import org.jitalloc.support.TextPublisher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A module that is coming for as long as the test wants, and others that need it. */
@Timeout(60)
final class ComingTest {
  private static final String EXPORTER =
      ".globl shared\n.data\n.quad 0\nshared: .quad 7\n" + ModuleAssembler.AMD64.export("shared");
  private static final String USER = ".data\n" + ModuleAssembler.AMD64.address("shared");

  @TempDir Path folder;
  private final JitAllocator allocator = JitAlloc.newImage("image-coming", "amd64");
  private final CountDownLatch isComing = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);
  private Path exporter;
  private Path user;

  /** Holds the first module that comes; refuses it in the end if it is called so. */
  private final class Holding implements ModuleNotifier {
    @Override
    public void coming(LoadedModule module) {
      if (isComing.getCount() == 0) {
        return;
      }
      isComing.countDown();
      try {
        mayGoOn.await();
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
      if (module.name().equals("refused")) {
        throw new IllegalStateException("no");
      }
    }
  }

  @BeforeEach
  void assemble() throws Exception {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    exporter = image.assemble("exporter", EXPORTER);
    user = image.assemble("user", USER);
  }

  private LocalLoader loader(Duration patience) {
    ElfCodec codec =
        ServiceLoader.load(ElfCodec.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(one -> one.arch().equals("amd64"))
            .findFirst()
            .orElseThrow();
    var notifiers = new Notifiers();
    notifiers.add(new Holding(), 0);
    return new LocalLoader(
        allocator,
        codec,
        new LoaderContext(
            CodeCodecs.ofClassPath(), List.of(), notifiers, TextPublisher.NOBODY, patience));
  }

  private static FutureTask<LoadedModule> start(LocalLoader loader, Path file) {
    var task = new FutureTask<>(() -> loader.load(file, LoadOptions.DEFAULTS));
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  /** Starts a load, and comes back when it waits for something. */
  private static FutureTask<LoadedModule> startAndWait(LocalLoader loader, Path file) {
    var task = new FutureTask<>(() -> loader.load(file, LoadOptions.DEFAULTS));
    Thread thread = Thread.ofPlatform().daemon().start(task);
    while (thread.getState() != Thread.State.TIMED_WAITING && !task.isDone()) {
      Thread.onSpinWait();
    }
    return task;
  }

  @Test
  void whoNeedsIt_waitsUntilItIsLive() throws Exception {
    LocalLoader loader = loader(LoaderContext.KERNEL_PATIENCE);
    var first = start(loader, exporter);
    isComing.await();
    assertEquals(ModuleState.COMING, loader.module("exporter").orElseThrow().state());
    var second = startAndWait(loader, user);
    mayGoOn.countDown();
    assertEquals(Set.of("exporter"), second.get().uses());
    assertEquals(Reason.IN_USE, reason(first.get()::close));
    second.get().close();
    first.get().close();
    assertEquals(0, allocator.stats().live());
  }

  @Test
  void whoNeedsIt_doesNotFindIt_ifItGoes() throws Exception {
    LocalLoader loader = loader(LoaderContext.KERNEL_PATIENCE);
    Path refused = new ImageFixture(ModuleAssembler.AMD64, folder).assemble("refused", EXPORTER);
    var first = start(loader, refused);
    isComing.await();
    var second = startAndWait(loader, user);
    mayGoOn.countDown();
    assertEquals(Reason.REFUSED, reason(first));
    assertEquals(Reason.UNKNOWN_SYMBOL, reason(second));
    assertEquals(0, allocator.stats().live());
    assertEquals(List.of(), loader.modules());
  }

  @Test
  void whoNeedsIt_givesUpWhenPatienceEnds() throws Exception {
    LocalLoader loader = loader(Duration.ZERO);
    var first = start(loader, exporter);
    isComing.await();
    var failure =
        assertThrows(ModuleException.class, () -> loader.load(user, LoadOptions.DEFAULTS));
    assertEquals(Reason.BUSY, failure.reason());
    assertTrue(
        failure.getMessage().contains("gave up waiting for init of module exporter after PT0S"),
        failure::getMessage);
    mayGoOn.countDown();
    first.get().close();
    assertEquals(0, allocator.stats().live());
  }

  @Test
  void aLoaderThatIsClosed_takesWhatIsComingWithIt() throws Exception {
    LocalLoader loader = loader(LoaderContext.KERNEL_PATIENCE);
    var first = start(loader, exporter);
    isComing.await();
    Thread closing = Thread.ofPlatform().daemon().start(loader::close);
    while (closing.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    mayGoOn.countDown();
    closing.join();
    assertEquals(Reason.BUSY, reason(first));
    assertEquals(List.of(), loader.modules());
    assertEquals(0, allocator.stats().live());
  }

  @Test
  void aLoaderThatIsClosed_unloadsThoseFirstThatUseOthers() throws Exception {
    mayGoOn.countDown();
    LocalLoader loader = loader(LoaderContext.KERNEL_PATIENCE);
    loader.load(exporter, LoadOptions.DEFAULTS);
    loader.load(user, LoadOptions.DEFAULTS);
    loader.close();
    assertEquals(List.of(), loader.modules());
    assertEquals(0, allocator.stats().live());
    assertEquals(
        Reason.BUSY,
        assertThrows(ModuleException.class, () -> loader.load(exporter, LoadOptions.DEFAULTS))
            .reason());
  }

  private static Reason reason(Runnable action) {
    return assertThrows(ModuleException.class, action::run).reason();
  }

  private static Reason reason(FutureTask<?> task) {
    var failure = assertThrows(java.util.concurrent.ExecutionException.class, task::get);
    return ((ModuleException) failure.getCause()).reason();
  }
}
