package org.jitalloc;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Allocates executable memory and the data that belongs to it. It corresponds to the kernel's
 * {@code execmem_alloc} (mm/execmem.c), which was proposed as {@code jit_text_alloc}.
 *
 * <p>There is one allocator for each {@linkplain Target target}; all users of a target share its
 * huge pages. In an OSGi framework it is a bundle-scoped service with the properties {@code
 * jit.target} and {@code jit.arch}: allocations are accounted to the bundle that makes them, and
 * freed when the bundle stops. On a plain class path, {@link JitAlloc#host()} returns it.
 *
 * <p>All methods may be called by any thread. A call that throws has changed nothing.
 */
@ProviderType
public interface JitAllocator {

  /** {@return the address space that this allocator serves} */
  Target target();

  /** {@return the memory mode of this target, and why it was chosen} */
  MemoryMode memoryMode();

  /**
   * Allocates forming memory: it can be written through the handle, but not executed, and {@link
   * #find} does not return it.
   *
   * @param request type, purpose, size, alignment and distance
   * @return the memory; close it to free it
   * @throws JitAllocException INVALID_REQUEST, DENIED, UNREACHABLE, EXHAUSTED or SYSTEM; the
   *     message has the target, type, size, range and the free bytes
   */
  JitMemory allocate(AllocationRequest request);

  /**
   * Allocates forming memory for {@link Purpose#MODULES} with any alignment.
   *
   * @param type the memory type
   * @param bytes the size in bytes, positive
   * @return the memory; close it to free it
   * @throws JitAllocException as {@link #allocate(AllocationRequest)} does
   */
  default JitMemory allocate(ModMemType type, long bytes) {
    return allocate(AllocationRequest.of(type, bytes));
  }

  /** {@return a new empty set of memories that are published and freed together} */
  ModuleMemory newModuleMemory();

  /**
   * Finds the live allocation that contains an address, as the kernel's {@code __module_address}.
   * Takes no lock.
   *
   * @param address any address
   * @return the live allocation, or null; forming and freed memory is not found
   */
  @Nullable Allocation find(long address);

  /** {@return the poker, which changes live code of this target} */
  TextPoker poker();

  /**
   * Creates a native function that calls a Java method, for generated code of this process.
   *
   * @param method the method; an exception that it throws is logged, and the function returns 0
   * @param descriptor the signature of the function in the C calling convention
   * @return the function; close it when no code calls it any more
   * @throws JitAllocException UNSUPPORTED on an image target
   */
  Upcall upcall(MethodHandle method, FunctionDescriptor descriptor);

  /**
   * Returns the lowest value of the stack pointer at which code that the calling thread runs may
   * call an {@linkplain #upcall upcall}. Lower down, less of the stack is left than the virtual
   * machine needs to begin a Java method and to report that its stack is too small, and a call ends
   * the process. Addresses compare unsigned. For a platform thread the value does not change; for a
   * virtual thread it is that of its carrier, as long as it stays mounted.
   *
   * @return the address; 0 if the target has no upcalls
   */
  default long upcallStackFloor() {
    return 0;
  }

  /** {@return what the C library of the target has for each thread} */
  default NativeThread nativeThread() {
    return NativeThread.NONE;
  }

  /**
   * Returns the threads of this process that block the signal of breakpoints now. The kernel ends
   * the process when one of them meets a breakpoint. They may be threads that Java does not know.
   *
   * @return name and number of each; empty if the target runs no code, or has no such signal
   */
  default List<String> threadsThatBlockTraps() {
    return List.of();
  }

  /**
   * Runs an action after a grace period: when every thread that executes code of this target now
   * has left it. If there is no such thread, the action runs before this returns; else a thread of
   * the allocator, or one that leaves code, runs it. A caller that changes code in steps uses this
   * to know that no thread is between the steps.
   *
   * @param action the action; it is short, and takes no lock that a caller of this method may hold.
   *     An exception that it throws is logged and affects no other action
   */
  void afterGracePeriod(Runnable action);

  /** {@return the modelled address space of an image target; empty on a host target} */
  Optional<ImageMemory> image();

  /**
   * Checks that policy grants a privilege to the caller. A consumer calls this each time before it
   * uses the privilege, because policy may change.
   *
   * @param privilege the privilege
   * @param purpose the kind of consumer
   * @throws JitAllocException DENIED if policy does not grant it; the message names the rule
   */
  void require(Privilege privilege, Purpose purpose);

  /** {@return the statistics of this target, of all owners} */
  AllocatorStats stats();

  /**
   * Returns the use of this target by owner.
   *
   * @return use, peak use and denials, ordered by owner, purpose and type. An owner that stopped is
   *     listed until its memory is freed
   */
  List<OwnerUse> owners();

  /** {@return the slabs of this target, in the order of their addresses} */
  List<SlabInfo> slabs();

  /** {@return the live allocations of this target, in the order of their addresses} */
  List<Allocation> allocations();

  /**
   * Returns the leaks that were found: memory whose handle became unreachable before it was closed.
   * Only a sample of the allocations is watched, unless the configuration says all.
   *
   * @return the last 1000 leaks at most, the newest last, also those that were freed since
   */
  List<Leak> leaks();

  /**
   * Returns an allocator for a service that works for other bundles, such as a compiler. Its
   * allocations are accounted to the client, and the rules for the client apply. They live until it
   * is closed, also if the client releases its own allocator of this target before.
   *
   * @param client the symbolic name of the bundle of the client
   * @return the allocator; its memory is freed when it is closed, or when the owner of this
   *     allocator stops
   * @throws JitAllocException WRONG_STATE if the owner of this allocator stopped
   */
  ClientAllocator forClient(String client);
}
