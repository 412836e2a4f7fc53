package org.jitalloc;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The memories of one module, as the kernel's {@code struct module_memory mem[]}
 * (include/linux/module.h). They are allocated one by one and published together; those of INIT
 * types are freed after initialisation. For any thread.
 */
@ProviderType
public interface ModuleMemory extends AutoCloseable {

  /**
   * Allocates a memory of this set.
   *
   * @param request type, purpose, size, alignment and distance
   * @return the memory, which this set frees
   * @throws JitAllocException as {@link JitAllocator#allocate(AllocationRequest)}; the set is
   *     unchanged then
   */
  JitMemory allocate(AllocationRequest request);

  /** {@return the memories of this set that are not freed, in the order of their allocation} */
  List<JitMemory> memories();

  /**
   * Publishes all forming memories. A memory that was published or freed through its own handle
   * does not change.
   *
   * @throws JitAllocException if a memory cannot be published; the whole set is freed then
   */
  void publish();

  /**
   * Ends initialisation: seals RO_AFTER_INIT memory and frees memory of INIT types. A memory that
   * was sealed or freed through its own handle does not change.
   *
   * @throws JitAllocException WRONG_STATE if the set is not published, or was initialised before
   */
  void initDone();

  /** Frees all memories of the set that are not freed. Closing again does nothing. */
  @Override
  void close();
}
