package org.jitalloc.modules.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import org.jitalloc.Allocation;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.Target;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.duplicates.ModuleNames;
import org.jitalloc.modules.duplicates.NameAnswer;
import org.jitalloc.modules.duplicates.NameAnswer.Free;
import org.jitalloc.modules.duplicates.NameAnswer.Taken;
import org.jitalloc.modules.duplicates.NameHolder;
import org.jitalloc.modules.duplicates.SameFileLoads;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.file.FileContent;
import org.jitalloc.modules.file.ReadBuffers;
import org.jitalloc.modules.info.ModInfo;
import org.jitalloc.modules.info.ModuleName;
import org.jitalloc.modules.signature.SignedFile;
import org.jitalloc.modules.stats.ImageBytes;
import org.jitalloc.modules.stats.ModuleStats;
import org.jitalloc.modules.stats.StatsSnapshot;
import org.jitalloc.modules.taint.Taints;
import org.jitalloc.modules.taint.UnloadedTaints;

/** Loads modules into the memory of one allocator. */
public final class LocalLoader implements ModuleLoader, AutoCloseable {
  private final JitAllocator allocator;
  private final ElfCodec codec;
  private final LoaderContext context;
  private final Registry registry;
  private final ModuleLifecycle lifecycle;
  private final ModuleStats stats = new ModuleStats();
  private final ModuleNames names = new ModuleNames(stats);
  private final ReadBuffers buffers = new ReadBuffers();
  private final SameFileLoads<LoadedModule> sameFile = new SameFileLoads<>();

  /** The thread of each load that holds a name. */
  private final ConcurrentMap<String, Thread> threads = new ConcurrentHashMap<>();

  /**
   * Makes a loader.
   *
   * @param allocator gives memory
   * @param codec relocates objects of its architecture
   * @param context what it works with besides
   */
  public LocalLoader(JitAllocator allocator, ElfCodec codec, LoaderContext context) {
    this.allocator = allocator;
    this.codec = codec;
    this.context = context;
    registry = new Registry(context.patience());
    lifecycle = new ModuleLifecycle(registry, context.notifiers());
  }

  @Override
  public Target target() {
    return allocator.target();
  }

  @Override
  public LoadedModule load(Path file, LoadOptions options) {
    Object key = fileKey(file);
    try {
      return sameFile.load(key, () -> loadOnce(file, options));
    } catch (CompletionException failed) {
      // Thrown in another thread, whose caller has got it; this thread makes its own.
      throw failed.getCause() instanceof ModuleException refused
          ? new ModuleException(refused.reason(), refused.detail(), refused)
          : failed;
    } catch (InterruptedException interrupted) {
      throw interrupted(file + ": another load of the same file goes on", interrupted);
    }
  }

  private static ModuleException interrupted(String meanwhile, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new ModuleException(Reason.INTERRUPTED, meanwhile, cause);
  }

  private Object fileKey(Path file) {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return key == null ? file.toRealPath() : key;
    } catch (NoSuchFileException missing) {
      stats.failedRead(0);
      throw new ModuleException(Reason.UNREADABLE, "no such file: " + file, missing);
    } catch (IOException failure) {
      stats.failedRead(0);
      throw new ModuleException(
          Reason.UNREADABLE, "cannot read %s: %s".formatted(file, failure.getMessage()), failure);
    }
  }

  private LoadedModule loadOnce(Path file, LoadOptions options) {
    FileContent content = read(file);
    try {
      return load(content, String.valueOf(file.getFileName()), options);
    } catch (ModuleException refused) {
      throw refused.in(file);
    } catch (JitAllocException refused) {
      throw AllocationFailure.of(file, refused);
    } finally {
      content.giveBack(buffers);
    }
  }

  private FileContent read(Path file) {
    try {
      return FileContent.read(file, buffers);
    } catch (ModuleException failure) {
      if (failure.reason() == Reason.COMPRESSION) {
        stats.failedDecompression(file.toFile().length());
      } else {
        stats.failedRead(0);
      }
      throw failure;
    }
  }

  private LoadedModule load(FileContent content, String fileName, LoadOptions options) {
    ByteBuffer file = content.bytes();
    var image = new ImageBytes(file.limit(), content.compressedBytes());
    Loading loading;
    LoadInfo candidate;
    try {
      Taints early = checkFile(file, fileName, options.forced());
      candidate = candidate(SignedFile.withoutSignature(file), fileName, options);
      early = early.with(admit(candidate));
      loading = new Loading(allocator, codec, lifecycle, candidate, early, options);
    } catch (RuntimeException | Error failure) {
      stats.failedBecoming(image);
      throw failure;
    }
    try {
      RegisteredModule module = allocateAndForm(candidate, loading, image);
      begin(module, options, image);
      stats.loaded(loading.pageBytes(false), loading.pageBytes(true));
      return module;
    } finally {
      threads.remove(candidate.name(), Thread.currentThread());
    }
  }

  private RegisteredModule allocateAndForm(LoadInfo candidate, Loading loading, ImageBytes image) {
    try {
      loading.allocate();
      return form(candidate, loading);
    } catch (RuntimeException | Error failure) {
      CleanUp.after(failure, () -> stats.failedLoad(image), loading::abandon);
      throw failure;
    }
  }

  /** Checks what can be checked before the file is parsed: its signature. */
  private Taints checkFile(ByteBuffer file, String fileName, boolean forced) {
    Taints taints = Taints.NONE;
    for (EarlyCheck check : context.checks()) {
      taints = taints.with(check.checkFile(file, fileName, forced));
    }
    return taints;
  }

  /**
   * Refuses a load that would wait for itself: a notifier or an observer of a load loads a module
   * of the same name.
   */
  private void requireOtherThread(String name) {
    if (Thread.currentThread().equals(threads.get(name))) {
      throw new ModuleException(
          Reason.BUSY,
          "this thread loads module %s already, and would wait for itself".formatted(name));
    }
  }

  private void begin(RegisteredModule module, LoadOptions options, ImageBytes image) {
    try {
      lifecycle.begin(module, options);
    } catch (RuntimeException | Error failure) {
      // As in the kernel: a module that says itself that it cannot be is no failed load.
      if (!(failure instanceof ModuleException said && said.reason() == Reason.INIT_FAILED)) {
        stats.failedLoad(image);
      }
      throw failure;
    }
  }

  private LoadInfo candidate(ByteBuffer file, String fileName, LoadOptions options) {
    ElfObject object = ElfObject.read(file, codec);
    boolean kernelModule = ThisModule.isIn(object);
    ModInfo info = kernelModule ? info(object, fileName) : ModInfo.NOTHING;
    return new LoadInfo(object, name(info, fileName), kernelModule, info, options.forced());
  }

  private static String name(ModInfo info, String fileName) {
    String own = ModuleName.of(info.first("name").orElse(""));
    String name = own.isEmpty() ? ModuleName.ofFile(fileName) : own;
    if (!ModuleName.isValid(name)) {
      throw new ModuleException(
          Reason.MALFORMED,
          "'%s' is no name of a module: that has %d letters, digits and ._+ at most"
              .formatted(ModuleName.shown(name), ModuleName.MOST_BYTES));
    }
    return name;
  }

  private static ModInfo info(ElfObject object, String fileName) {
    try {
      return object.sectionContent(ModInfo.SECTION).map(ModInfo::parse).orElse(ModInfo.NOTHING);
    } catch (IllegalArgumentException damaged) {
      throw new ModuleException(
          Reason.MALFORMED, "%s: %s".formatted(fileName, damaged.getMessage()), damaged);
    }
  }

  /** What is found out before there is memory for it. */
  private Taints admit(LoadInfo candidate) {
    Taints taints = Taints.NONE;
    for (EarlyCheck check : context.checks()) {
      taints = taints.with(check.check(candidate));
    }
    requireOtherThread(candidate.name());
    if (await(names.look(candidate.name())) instanceof Taken taken) {
      throw refused(candidate.name(), taken);
    }
    return taints;
  }

  private RegisteredModule form(LoadInfo candidate, Loading loading) {
    NameAnswer answer = await(names.claim(candidate.name()));
    return switch (answer) {
      case NameHolder holder -> {
        try {
          threads.put(candidate.name(), Thread.currentThread());
          yield loading.form(holder, context);
        } catch (RuntimeException | Error failure) {
          CleanUp.after(failure, holder::close);
          throw failure;
        }
      }
      case Taken taken -> throw refused(candidate.name(), taken);
      case Free _ -> throw new IllegalStateException("claimed but free: " + candidate.name());
    };
  }

  private static NameAnswer await(CompletableFuture<NameAnswer> answer) {
    try {
      return answer.get();
    } catch (InterruptedException interrupted) {
      throw interrupted("another module of the same name is being loaded", interrupted);
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static ModuleException refused(String name, Taken taken) {
    return switch (taken) {
      case EXISTS ->
          new ModuleException(Reason.ALREADY_LOADED, "a module %s is loaded".formatted(name));
      case BUSY ->
          new ModuleException(
              Reason.BUSY, "another load of module %s failed, or it is going".formatted(name));
    };
  }

  @Override
  public List<LoadedModule> modules() {
    return registry.modules();
  }

  @Override
  public Optional<LoadedModule> module(String name) {
    return Optional.ofNullable(registry.module(ModuleName.of(name)));
  }

  @Override
  public Taints taints() {
    return registry.taints();
  }

  @Override
  public List<UnloadedTaints.Entry> unloadedTaints() {
    return registry.unloadedTaints().entries();
  }

  @Override
  public Optional<LoadedModule> moduleAt(long address) {
    Allocation allocation = allocator.find(address);
    return allocation == null
        ? Optional.empty()
        : Optional.ofNullable(registry.moduleAt(allocation.span().start()));
  }

  @Override
  public StatsSnapshot stats() {
    return stats.snapshot();
  }

  /** Unloads all modules. */
  @Override
  public void close() {
    lifecycle.close();
  }
}
