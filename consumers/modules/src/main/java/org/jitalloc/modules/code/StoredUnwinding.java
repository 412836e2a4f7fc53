package org.jitalloc.modules.code;

import java.lang.ref.SoftReference;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitMemory;
import org.jitalloc.arch.elf.UnwindCodec;
import org.jitalloc.arch.elf.UnwindTable;
import org.jitalloc.modules.ModuleSection;
import org.jspecify.annotations.Nullable;

/**
 * The table by which a module's stack is unwound, read from the module's memory at the first
 * request and kept for as long as there is room. For any thread; two that ask at once may both
 * read.
 */
public final class StoredUnwinding {
  private final UnwindCodec codec;
  private final List<ModuleSection> sections;
  private final Supplier<List<JitMemory>> memories;
  private volatile SoftReference<@Nullable UnwindTable> read = new SoftReference<>(null);

  /**
   * Says where it is.
   *
   * @param codec has sorted it
   * @param sections the sections of the module that are in memory
   * @param memories gives the memories of the module that are not freed
   */
  public StoredUnwinding(
      UnwindCodec codec, List<ModuleSection> sections, Supplier<List<JitMemory>> memories) {
    this.codec = codec;
    this.sections = sections;
    this.memories = memories;
  }

  /** {@return the table; empty if it is not known and the module's memory is freed} */
  public Optional<UnwindTable> get() {
    UnwindTable known = read.get();
    if (known == null) {
      known = read();
      read = new SoftReference<>(known);
    }
    return Optional.ofNullable(known);
  }

  private @Nullable UnwindTable read() {
    try {
      var stored = new StoredObject(sections, memories.get());
      return codec.sort(stored, stored).orElse(null);
    } catch (JitAllocException _) {
      return null;
    }
  }
}
