package org.jitalloc.modules.load;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jitalloc.JitAllocator;
import org.jitalloc.ModMemType;
import org.jitalloc.ModuleMemory;
import org.jitalloc.Target.Kind;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.ObjectUse;
import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.arch.elf.SlotTable;
import org.jitalloc.modules.Export;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleSection;
import org.jitalloc.modules.RelocationObserver;
import org.jitalloc.modules.access.Licence;
import org.jitalloc.modules.code.CodeTables;
import org.jitalloc.modules.duplicates.NameHolder;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.layout.MemoryLayout;
import org.jitalloc.modules.layout.SymbolRoom;
import org.jitalloc.modules.layout.SymbolRoom.Tables;
import org.jitalloc.modules.symbols.SymbolTable;
import org.jitalloc.modules.taint.Taints;
import org.jitalloc.modules.values.LiveParameters;
import org.jitalloc.modules.values.ParameterTable;
import org.jspecify.annotations.Nullable;

/**
 * One load of a file that passed the early checks. For one thread, once.
 *
 * <p>The steps and their order are the kernel's ({@code load_module}, kernel/module/main.c): {@link
 * #allocate} plans slots, lays out, gets memory and copies; then the name is claimed; {@link #form}
 * resolves, relocates, finishes and publishes. Whatever fails, {@link #abandon} takes everything
 * back. What is formed belongs to {@link ModuleLifecycle}.
 */
final class Loading {
  private static final long PAGE_BYTES = 4096;

  private final JitAllocator allocator;
  private final ElfCodec codec;
  private final ModuleLifecycle lifecycle;
  private final Registry registry;
  private final LoadInfo candidate;
  private final ElfObject object;
  private final LoadOptions options;
  private final ModuleMemory memory;
  private final boolean runs;
  private final SlotPlan plan;
  private final MemoryLayout layout;
  private final ImportRules imports;
  private final Taints early;
  private final BitSet generated;
  private @Nullable Staging staging;
  private final Set<RegisteredModule> used = new LinkedHashSet<>();
  private long perCpuAddress;
  private @Nullable LiveParameters parameters;
  private TextRegistrations handed = new TextRegistrations(List.of());

  Loading(
      JitAllocator allocator,
      ElfCodec codec,
      ModuleLifecycle lifecycle,
      LoadInfo candidate,
      Taints early,
      LoadOptions options) {
    this.allocator = allocator;
    this.codec = codec;
    this.lifecycle = lifecycle;
    registry = lifecycle.registry();
    this.candidate = candidate;
    this.object = candidate.object();
    this.early = early;
    this.options = options;
    imports = new ImportRules(candidate);
    imports.checkLayout(options.exports());
    runs = allocator.target().kind() == Kind.HOST;
    plan = plan(runs ? ObjectUse.PROCESS_OBJECT : ObjectUse.KERNEL_MODULE);
    layout = new MemoryLayout(object, plan, candidate.kernelModule());
    generated = generated(plan.tables());
    memory = allocator.newModuleMemory();
  }

  /** Gets memory and copies the sections. */
  void allocate() {
    Staging staged = Staging.allocate(object, layout, memory);
    int perCpu = layout.perCpuSection();
    if (perCpu >= 0) {
      long base = codec.perCpuBase(staged.anyAddress());
      int align = object.sectionAlignBytes(perCpu);
      perCpuAddress = registry.allocatePerCpu(base, layout.length(perCpu), align);
      staged.perCpuAddress(perCpuAddress);
    }
    staged.copySections(generated);
    staging = staged;
  }

  /** Makes a module of what was allocated, known to all and coming. */
  RegisteredModule form(NameHolder holder, LoaderContext context) {
    Staging staged = Objects.requireNonNull(staging, "not allocated");
    SymbolResolution symbols = resolve(staged);
    var relocations = new Relocations(object, plan, staged);
    long count = relocations.apply();
    List<ModuleSection> sections = sections(staged);
    RelocationObserver observer = options.observer();
    if (observer != null) {
      var snapshot = new Snapshot(staged, sections, generated);
      observer.relocated(
          snapshot.take(candidate.name(), symbols.undefinedSymbols(), relocations.relocator()));
    }
    CodeTables tables = CodeTables.finish(context.codecs(), codec, object, staged, options);
    List<Export> exports = new ExportTable(candidate, staged, codec).read();
    requireNotOfTheKernel(exports);
    var params =
        new LiveParameters(
            new ParameterTable(object, staged), allocator, memory, registry::unsafeParameterSet);
    parameters = params;
    new SymbolWriter(object, layout, staged).write();
    staged.write();
    Supplier<SymbolTable> kept = kept(staged, sections);
    handed =
        TextRegistrations.hand(
            context.texts(),
            LoadedText.of(candidate.name(), memory.memories(), object, staged, kept),
            allocator.target());
    memory.publish();
    handed.areLive();
    var formed =
        new RegisteredModule.Formed(
            memory,
            Stream.of(ModMemType.values()).mapToInt(layout::memoryBytes).toArray(),
            sections,
            exports,
            count,
            perCpuAddress,
            tables,
            taints(),
            params,
            FilledSlots.of(relocations.relocator()),
            kept,
            new FactsReader(candidate).read(),
            runs ? EntryPoints.of(object, staged) : EntryPoints.NONE,
            handed);
    var module = new RegisteredModule(lifecycle, holder, formed);
    imports.warning().ifPresent(module::warn);
    registry.enter(module, used, kernelTaints());
    unpin();
    return module;
  }

  /** As {@code verify_exported_symbols}: a module must not hide what the kernel exports. */
  private void requireNotOfTheKernel(List<Export> exports) {
    for (Export export : exports) {
      boolean ofTheKernel =
          options.exports().size() == 0
              ? options.kernel().exports(export.name())
              : options.exports().mayUse(export.name());
      if (ofTheKernel) {
        throw new ModuleException(
            Reason.ALREADY_EXPORTED,
            "%s exports %s, which the kernel exports already"
                .formatted(candidate.name(), export.name()));
      }
    }
  }

  private Supplier<SymbolTable> kept(Staging staged, List<ModuleSection> sections) {
    SymbolRoom room = layout.symbolRoom();
    if (room == null) {
      SymbolTable symbols =
          new KeptSymbols(object, layout, options.keepInit()).copy(staged.symbolAddresses());
      return () -> symbols;
    }
    Tables tables = options.keepInit() ? room.whole() : room.core();
    return new StoredSymbols(staged.memory(tables.memory()), tables, object.byteOrder(), sections);
  }

  /** What the module says of itself, how it came in, and what it became by what it uses. */
  private Taints taints() {
    if (!candidate.kernelModule()) {
      return early;
    }
    return Taints.declared(candidate.info())
        .with(licence().moduleTaints())
        .with(early)
        .with(imports.taints());
  }

  /** What it brings to the kernel: its own, but for glue that is GPL and brings what is not. */
  private Taints kernelTaints() {
    return candidate.kernelModule() ? taints().with(licence().kernelTaints()) : early;
  }

  private Licence licence() {
    return Licence.judge(candidate.info().first("license"), candidate.name());
  }

  /** Counts its memories in whole pages, as the kernel does, though they share pages here. */
  long pageBytes(boolean textOnly) {
    long sum = 0;
    for (ModMemType type : ModMemType.values()) {
      if (!textOnly || type.isText()) {
        sum += layout.memoryBytes(type) + PAGE_BYTES - 1 & -PAGE_BYTES;
      }
    }
    return sum;
  }

  /** Takes everything back. */
  void abandon() {
    LiveParameters made = parameters;
    CleanUp.all(
        this::unpin,
        () -> {
          if (made != null) {
            made.close();
          }
        },
        handed::close,
        memory::close,
        () -> registry.freePerCpu(perCpuAddress));
  }

  private SlotPlan plan(ObjectUse use) {
    Set<Integer> features = options.cpuFeatures();
    return Relocations.plan(object, codec, use, features == null ? _ -> false : features::contains);
  }

  /** Finds symbols, and keeps the modules that have them from going. */
  private SymbolResolution resolve(Staging staged) {
    var scope = new KernelScope(options, registry, imports, used, staged.anyAddress(), runs);
    var resolution = new SymbolResolution(object, scope, options.observer() != null);
    resolution.resolve(staged);
    return resolution;
  }

  private void unpin() {
    registry.unpin(used);
    used.clear();
  }

  private static BitSet generated(List<SlotTable> tables) {
    var generated = new BitSet();
    for (SlotTable table : tables) {
      if (table.section() != SlotTable.NO_SECTION) {
        generated.set(table.section());
      }
    }
    return generated;
  }

  private List<ModuleSection> sections(Staging staged) {
    var sections = new ArrayList<ModuleSection>();
    for (int i = 1; i < object.sectionCount(); i++) {
      if (staged.isLoaded(i)) {
        sections.add(
            // A distribution has 90,000 sections and a few hundred names.
            new ModuleSection(
                i,
                object.sectionName(i).intern(),
                layout.type(i),
                staged.address(i),
                staged.length(i)));
      }
    }
    return List.copyOf(sections);
  }
}
