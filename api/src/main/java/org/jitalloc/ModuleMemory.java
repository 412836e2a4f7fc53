package org.jitalloc;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The memories of one module, which live together: the kernel's {@code struct module_memory mem[]}.
 * They are formed one by one, published at once, and what only initialisation needed goes when it
 * is done.
 */
@ProviderType
public interface ModuleMemory extends AutoCloseable {

  /**
   * Allocates another memory of this set.
   *
   * @param request type, size and place
   * @return the memory, owned by this set
   * @throws JitAllocException as {@link JitAllocator#allocate(AllocationRequest)} does; the set is
   *     unchanged then
   */
  JitMemory allocate(AllocationRequest request);

  /** {@return the memories of this set that are not freed, in the order of their allocation} */
  List<JitMemory> memories();

  /**
   * Publishes all memories that are forming. One that was published or freed by its own handle is
   * left as it is.
   *
   * @throws JitAllocException if one cannot be published; all of the set are freed then
   */
  void publish();

  /**
   * Ends initialisation: seals RO_AFTER_INIT memory and frees all INIT types. One that was sealed
   * or freed by its own handle is left as it is.
   *
   * @throws JitAllocException if the set is not published, or was initialised before
   */
  void initDone();

  /** Frees what is left of the set. Closing again does nothing. */
  @Override
  void close();
}
