package org.jitalloc.modules;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.UnwindTable;
import org.jitalloc.modules.symbols.SymbolTable;
import org.jitalloc.modules.taint.Taints;
import org.osgi.annotation.versioning.ProviderType;

/** A module that was loaded. For any thread. */
@ProviderType
public interface LoadedModule extends AutoCloseable {

  /** {@return its name} */
  String name();

  /** {@return where it is in its life} */
  ModuleState state();

  /** {@return its memories that are not freed} */
  List<JitMemory> memories();

  /** {@return how many bytes its memories have that are not freed} */
  default long bytes() {
    return memories().stream().mapToLong(JitMemory::bytes).sum();
  }

  /**
   * Tells how much memory of a type its load took, freed since or not.
   *
   * @param type which
   * @return how many bytes
   */
  int loadedBytes(ModMemType type);

  /** {@return its sections that are in memory, by index} */
  List<ModuleSection> sections();

  /** {@return what it offers to others} */
  List<Export> exports();

  /** {@return the names of the modules that it uses} */
  Set<String> uses();

  /** {@return the names of the modules that use it} */
  Set<String> users();

  /**
   * {@return what makes it less trustworthy: its licence, its origin, how it was loaded, what it
   * uses; nothing if it is no kernel module}
   */
  Taints taints();

  /** {@return the parameters of its table, in the order they are in} */
  List<ModuleParameter> parameters();

  /** {@return the names it was given values for, and has no such parameters} */
  List<String> ignoredArguments();

  /** {@return what is not as it should be, but was no reason to refuse it} */
  List<String> warnings();

  /** {@return how many relocations were applied} */
  long relocations();

  /** {@return how many slots that hold addresses its relocation filled} */
  int gotSlots();

  /** {@return how many slots that go on to addresses its relocation filled} */
  int pltSlots();

  /**
   * {@return the places whose code depends on the processor, as its tables list them; nothing
   * unless {@link LoadOptions#listFixups}}
   */
  List<CodeFixup> fixups();

  /**
   * {@return what was done to make its code fit a processor; empty unless {@link
   * LoadOptions#cpuFeatures}}
   */
  Optional<CodeFit> codeFit();

  /**
   * {@return the table by which the stack is unwound, if its architecture has such tables; perhaps
   * nothing once the module is unloaded}
   */
  Optional<UnwindTable> unwindTable();

  /**
   * Looks into its exception table.
   *
   * @param address the address of an instruction that faults
   * @return where execution goes on; empty if a fault there is none that is provided for
   */
  OptionalLong exceptionFixup(long address);

  /**
   * {@return its symbols, without those of memory that is freed; perhaps none once the module is
   * unloaded}
   */
  SymbolTable symbols();

  /** {@return what it says of itself} */
  ModuleFacts facts();

  /**
   * Unloads it: its exit function runs, if it is in this process, and its memory is freed. Does
   * nothing if it is unloaded.
   *
   * @param forced whether it goes even if it has a function to begin but none to exit; that taints
   *     the kernel. One that others use stays all the same
   * @throws ModuleException IN_USE if other modules use it; BUSY if it is not live, or permanent
   */
  void unload(boolean forced);

  /**
   * Unloads it, not by force.
   *
   * @throws ModuleException as {@link #unload} does
   */
  @Override
  default void close() {
    unload(false);
  }
}
