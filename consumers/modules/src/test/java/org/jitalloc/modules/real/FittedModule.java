package org.jitalloc.modules.real;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jitalloc.JitMemory;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleSection;
import org.jitalloc.modules.RelocationObserver.Content;
import org.jitalloc.modules.RelocationObserver.Relocated;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.file.FileContent;

/** A module in memory beside its file and what relocation made of it. */
final class FittedModule {
  private static final int RELA_BYTES = 24;

  /** A place that is relocated: for a symbol by its index, and what is added to that. */
  record Reference(int symbol, long addend) {}

  private final Path file;
  private final LoadedModule module;
  private final Relocated before;
  final ElfObject object;
  private final Map<Integer, Map<Long, Reference>> known = new HashMap<>();

  FittedModule(Path file, LoadedModule module, Relocated before) throws IOException {
    this.file = file;
    this.module = module;
    this.before = before;
    object = ElfObject.read(FileContent.read(file).bytes());
  }

  /** What of a section is relocated, by offset. */
  Map<Long, Reference> references(int section) {
    return known.computeIfAbsent(section, this::read);
  }

  private Map<Long, Reference> read(int section) {
    var found = new HashMap<Long, Reference>();
    for (int table = 0; table < object.relocationTableCount(); table++) {
      if (object.relocatedSection(table) == section) {
        ByteBuffer entries = object.relocations(table);
        for (int at = 0; at < entries.limit(); at += RELA_BYTES) {
          int symbol = (int) (entries.getLong(at + 8) >>> 32);
          found.put(entries.getLong(at), new Reference(symbol, entries.getLong(at + 16)));
        }
      }
    }
    return found;
  }

  Map<Long, Reference> references(String section) {
    int index = object.findSection(section);
    return index < 0 ? Map.of() : references(index);
  }

  String name(Reference reference) {
    return object.symbolName(reference.symbol());
  }

  /** Where a reference leads. */
  long address(Reference reference) {
    int section = object.symbolSection(reference.symbol());
    long base =
        section == 0
            ? before.symbols().getOrDefault(name(reference), 0L)
            : content(section).section().address() + object.symbolValue(reference.symbol());
    return base + reference.addend();
  }

  private Content content(int section) {
    return before.sections().stream()
        .filter(one -> one.section().index() == section)
        .findFirst()
        .orElseThrow();
  }

  /** The section that an address is in. */
  ModuleSection sectionAt(long address) {
    return module.sections().stream()
        .filter(one -> address - one.address() >= 0 && address - one.address() < (long) one.bytes())
        .findFirst()
        .orElseThrow();
  }

  /** What relocation left. */
  byte[] before(long address, int count) {
    ModuleSection section = sectionAt(address);
    int from = (int) (address - section.address());
    return Arrays.copyOfRange(content(section.index()).bytes(), from, from + count);
  }

  /** What is in memory. */
  byte[] now(long address, int count) {
    JitMemory memory =
        memories().stream().filter(one -> one.span().contains(address)).findFirst().orElseThrow();
    return memory.read(address - memory.address(), count);
  }

  /** What relocation left of the sections of code. */
  List<Content> code() {
    return before.sections().stream().filter(one -> object.isCode(one.section().index())).toList();
  }

  /** What a kernel would change, and is not changed. */
  Set<Long> left(CodeFixup.Kind kind) {
    return module.codeFit().orElseThrow().left().stream()
        .filter(place -> place.kind() == kind)
        .map(CodeFixup::address)
        .collect(Collectors.toSet());
  }

  List<JitMemory> memories() {
    return module.memories();
  }

  @Override
  public String toString() {
    return String.valueOf(file.getFileName());
  }
}
