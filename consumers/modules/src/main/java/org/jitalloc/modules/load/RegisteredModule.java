package org.jitalloc.modules.load;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.ModuleMemory;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.UnwindTable;
import org.jitalloc.modules.CodeFit;
import org.jitalloc.modules.Export;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleFacts;
import org.jitalloc.modules.ModuleParameter;
import org.jitalloc.modules.ModuleSection;
import org.jitalloc.modules.ModuleState;
import org.jitalloc.modules.code.CodeTables;
import org.jitalloc.modules.code.StoredUnwinding;
import org.jitalloc.modules.duplicates.NameHolder;
import org.jitalloc.modules.load.ModuleLifecycle.Unload;
import org.jitalloc.modules.symbols.SymbolTable;
import org.jitalloc.modules.taint.Taints;
import org.jitalloc.modules.values.LiveParameters;
import org.jspecify.annotations.Nullable;

/** A module in a {@link Registry}, whose lock guards what changes. */
final class RegisteredModule implements LoadedModule {
  private final ModuleLifecycle lifecycle;
  private final NameHolder holder;
  private final Formed formed;
  private Set<RegisteredModule> providers = Set.of();
  private final Set<String> users = new TreeSet<>();
  private final List<Long> starts;
  private final @Nullable StoredUnwinding unwinding;
  private boolean loaded;

  /** The thread that loads the module; null once the load is over. */
  private volatile @Nullable Thread loadingThread = Thread.currentThread();

  private volatile List<String> ignoredArguments = List.of();
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  /**
   * What a load makes of a file.
   *
   * @param memory its memories
   * @param memoryBytes the sizes of these, by type, for those that are freed, too
   * @param sections its sections in them
   * @param exports what it offers
   * @param relocations how many were applied
   * @param perCpuAddress where its per-CPU variables are; 0 if it has none
   * @param tables what else is known of its code
   * @param taints what it brings
   * @param parameters its parameters
   * @param slots the slots that relocation filled
   * @param symbols gives its symbols, as far as they are in memory that stays
   * @param facts what it says of itself
   * @param entries the functions that are called when it comes and goes
   * @param texts its text, where tracers and probes find it
   */
  record Formed(
      ModuleMemory memory,
      int[] memoryBytes,
      List<ModuleSection> sections,
      List<Export> exports,
      long relocations,
      long perCpuAddress,
      CodeTables tables,
      Taints taints,
      LiveParameters parameters,
      FilledSlots slots,
      Supplier<SymbolTable> symbols,
      ModuleFacts facts,
      EntryPoints entries,
      TextRegistrations texts) {}

  RegisteredModule(ModuleLifecycle lifecycle, NameHolder holder, Formed formed) {
    this.lifecycle = lifecycle;
    this.holder = holder;
    this.formed = formed;
    unwinding =
        formed
            .tables()
            .unwinding()
            .map(codec -> new StoredUnwinding(codec, formed.sections(), formed.memory()::memories))
            .orElse(null);
    starts = formed.memory().memories().stream().map(JitMemory::address).toList();
  }

  /** Where its memories start, or started. */
  List<Long> starts() {
    return starts;
  }

  NameHolder holder() {
    return holder;
  }

  Formed formed() {
    return formed;
  }

  /** Under the registry's lock: the modules that it uses, which keeps these from going. */
  void use(Set<RegisteredModule> used) {
    providers = Set.copyOf(used);
    used.forEach(provider -> provider.users.add(name()));
  }

  /** Under the registry's lock. */
  void release() {
    providers.forEach(provider -> provider.users.remove(name()));
    providers = Set.of();
  }

  /** Under the registry's lock: the load is over. */
  void endLoad() {
    loaded = true;
    loadingThread = null;
  }

  /** Whether this thread loads the module, and so cannot wait for the end of the load. */
  boolean isLoadedByThisThread() {
    return Thread.currentThread().equals(loadingThread);
  }

  /** Under the registry's lock: whether the load is over. */
  boolean isLoaded() {
    return loaded;
  }

  /** Sets its parameters. */
  void parse(String arguments) {
    ignoredArguments = formed.parameters().parse(arguments);
  }

  /** Something is not as it should be, but no reason to refuse it. */
  void warn(String what) {
    warnings.add(what);
  }

  /** Under the registry's lock. */
  Set<String> usersNow() {
    return users;
  }

  @Override
  public String name() {
    return holder.name();
  }

  @Override
  public ModuleState state() {
    return holder.state();
  }

  @Override
  public List<JitMemory> memories() {
    return formed.memory().memories();
  }

  @Override
  public int loadedBytes(ModMemType type) {
    return formed.memoryBytes()[type.ordinal()];
  }

  @Override
  public List<ModuleSection> sections() {
    return formed.sections();
  }

  @Override
  public List<Export> exports() {
    return formed.exports();
  }

  @Override
  public Set<String> uses() {
    return lifecycle
        .registry()
        .under(
            () ->
                providers.stream()
                    .map(RegisteredModule::name)
                    .collect(Collectors.toUnmodifiableSet()));
  }

  @Override
  public Set<String> users() {
    return lifecycle.registry().under(() -> Set.copyOf(users));
  }

  @Override
  public Taints taints() {
    return formed.taints();
  }

  @Override
  public List<ModuleParameter> parameters() {
    return formed.parameters().all();
  }

  @Override
  public List<String> ignoredArguments() {
    return ignoredArguments;
  }

  @Override
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  @Override
  public long relocations() {
    return formed.relocations();
  }

  @Override
  public List<CodeFixup> fixups() {
    return formed.tables().fixups();
  }

  @Override
  public Optional<CodeFit> codeFit() {
    return formed.tables().fit();
  }

  @Override
  public Optional<UnwindTable> unwindTable() {
    return unwinding == null ? Optional.empty() : unwinding.get();
  }

  @Override
  public OptionalLong exceptionFixup(long address) {
    return formed.tables().exceptionFixup(address);
  }

  @Override
  public int gotSlots() {
    return formed.slots().got();
  }

  @Override
  public int pltSlots() {
    return formed.slots().plt();
  }

  @Override
  public SymbolTable symbols() {
    return formed.symbols().get();
  }

  @Override
  public ModuleFacts facts() {
    return formed.facts();
  }

  @Override
  public void unload(boolean forced) {
    lifecycle.end(this, forced ? Unload.FORCED : Unload.ASKED);
  }

  @Override
  public String toString() {
    return "module " + name();
  }
}
