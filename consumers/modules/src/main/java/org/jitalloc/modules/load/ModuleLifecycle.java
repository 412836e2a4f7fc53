package org.jitalloc.modules.load;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleState;

/**
 * What happens to a module from when it is formed until its memory is free. Thread-safe.
 *
 * <p>The steps are the kernel's. A module that comes: others hear of it, parameters are set,
 * constructors and {@code init_module} run, it is live, others hear that, init memory is freed. If
 * one of these fails it goes at once, and nothing of it is left. A module that goes: {@code
 * cleanup_module} runs, others hear of it, its name waits while its memory is freed. Functions run
 * where the target is this process; in an image everything else is done.
 */
final class ModuleLifecycle {
  private static final FunctionDescriptor INIT = FunctionDescriptor.of(JAVA_INT);
  private static final FunctionDescriptor EXIT = FunctionDescriptor.ofVoid();

  private final Registry registry;
  private final Notifiers notifiers;

  /** Why a module is unloaded. */
  enum Unload {
    /** Somebody wants to be rid of it. */
    ASKED,
    /** Even if it has no function to exit by. */
    FORCED,
    /** The loader goes, and all modules go with it. */
    CLOSING
  }

  ModuleLifecycle(Registry registry, Notifiers notifiers) {
    this.registry = registry;
    this.notifiers = notifiers;
  }

  Registry registry() {
    return registry;
  }

  /**
   * Makes a module live that is coming.
   *
   * @throws ModuleException if it fails; the module is gone then
   */
  void begin(RegisteredModule module, LoadOptions options) {
    boolean told = false;
    try {
      notifiers.coming(module);
      told = true;
      module.parse(options.parameters());
      init(module);
      registry.live(module);
    } catch (RuntimeException | Error failure) {
      boolean wasTold = told;
      CleanUp.after(
          failure,
          () -> registry.going(module),
          () -> {
            if (wasTold) {
              notifiers.going(module);
            }
          },
          () -> remove(module));
      throw failure;
    }
    notifiers.live(module);
    registry.loaded(module, options.keepInit());
  }

  private static void init(RegisteredModule module) {
    EntryPoints entries = module.formed().entries();
    var code = new HostCode(module.formed().memory());
    code.run(entries.constructors());
    if (entries.init().isEmpty()) {
      return;
    }
    Object answer = code.call(entries.init().getAsLong(), EntryPoints.INIT, INIT);
    int result = answer instanceof Integer number ? number : 0;
    if (result < 0) {
      throw new ModuleException(
          Reason.INIT_FAILED,
          "%s of %s returned %d".formatted(EntryPoints.INIT, module.name(), result));
    }
    if (result > 0) {
      module.warn(
          "%s suspiciously returned %d; it should return 0, or an error below 0: loaded anyway"
              .formatted(EntryPoints.INIT, result));
    }
  }

  /**
   * Unloads a module. Does nothing if it is unloaded.
   *
   * @throws ModuleException IN_USE or BUSY
   */
  void end(RegisteredModule module, Unload why) {
    if (!registry.beginUnload(module, why)) {
      return;
    }
    CleanUp.all(() -> exit(module), () -> notifiers.going(module), () -> remove(module));
  }

  private static void exit(RegisteredModule module) {
    EntryPoints entries = module.formed().entries();
    if (entries.exit().isPresent()) {
      var code = new HostCode(module.formed().memory());
      code.call(entries.exit().getAsLong(), EntryPoints.EXIT, EXIT);
    }
  }

  /** Frees a module. A step that fails does not keep the others from being taken. */
  private void remove(RegisteredModule module) {
    RegisteredModule.Formed formed = module.formed();
    CleanUp.all(
        () -> registry.leave(module),
        () -> module.holder().advance(ModuleState.UNFORMED),
        formed.parameters()::close,
        formed.texts()::close,
        formed.memory()::close,
        () -> registry.freePerCpu(formed.perCpuAddress()),
        module.holder()::close);
  }

  /** Unloads all modules, those that use others first, and lets no other in. */
  void close() {
    for (RegisteredModule module : registry.close().reversed()) {
      try {
        end(module, Unload.CLOSING);
      } catch (RuntimeException | Error failure) {
        System.getLogger(ModuleLifecycle.class.getName())
            .log(
                System.Logger.Level.ERROR,
                () -> "module %s of a loader that is closed".formatted(module.name()),
                failure);
      }
    }
  }
}
