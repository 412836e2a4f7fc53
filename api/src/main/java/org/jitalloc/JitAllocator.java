package org.jitalloc;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one door to executable memory and to the data that goes with it: the kernel's {@code
 * execmem_alloc} and the {@code jit_text_alloc} that came before it (mm/execmem.c).
 *
 * <p>There is one allocator a {@linkplain Target target}; all users of a target share its huge
 * pages. In an OSGi framework it is a bundle-scoped service with the properties {@code jit.target}
 * and {@code jit.arch}: what a bundle allocates is accounted to that bundle and given back when it
 * stops. Elsewhere: {@link JitAlloc#host()}.
 *
 * <p>All methods may be called by any thread. None leaves anything half done: a call that throws
 * has changed nothing.
 */
@ProviderType
public interface JitAllocator {

  /** {@return the address space that this allocator serves} */
  Target target();

  /** {@return how this target gets its memory, and why that way} */
  MemoryMode memoryMode();

  /**
   * Allocates memory that is being formed: only its owner can write it, nobody can run or find it.
   *
   * @param request type, size and place
   * @return the memory; close it to free it
   * @throws JitAllocException if the request is invalid, denied by policy, unreachable or larger
   *     than what is left; the message names target, type, size, range and what is free
   */
  JitMemory allocate(AllocationRequest request);

  /**
   * Allocates memory without special wishes.
   *
   * @param type what the memory is for
   * @param bytes the size in bytes, positive
   * @return the memory; close it to free it
   * @throws JitAllocException as {@link #allocate(AllocationRequest)} does
   */
  default JitMemory allocate(ModMemType type, long bytes) {
    return allocate(AllocationRequest.of(type, bytes));
  }

  /** {@return a new, empty set of memories that live together} */
  ModuleMemory newModuleMemory();

  /**
   * Finds the live allocation that an address belongs to: the kernel's {@code __module_address}.
   * Takes no lock.
   *
   * @param address any address
   * @return the allocation that holds it, or null; memory that is being formed or was freed is not
   *     found
   */
  @Nullable Allocation find(long address);

  /** {@return what changes live code of this target} */
  TextPoker poker();

  /**
   * Makes a function of this process out of a method, for generated code to call. Only on a host
   * target.
   *
   * @param method what is called; an exception that leaves it is reported and the caller gets 0
   * @param descriptor the function's signature in the C calling convention
   * @return the function; close it when no code calls it any more
   * @throws JitAllocException on an image target
   */
  Upcall upcall(MethodHandle method, FunctionDescriptor descriptor);

  /**
   * Has something done once every thread that is inside code of this target now has left it: at
   * once if there is none, else soon after the last of them left, by any thread. For who changes
   * code in steps and has to know that no thread is between them.
   *
   * @param action what to do; short, and it waits for no lock that is held while this is called. An
   *     exception that leaves it is reported, and nobody's but its own
   */
  void afterGracePeriod(Runnable action);

  /** {@return the modelled address space if this is an image target; empty on a host} */
  Optional<ImageMemory> image();

  /**
   * Asks whether policy lets the caller do something. A consumer asks before it does, each time,
   * for policy may change.
   *
   * @param privilege what it is about to do
   * @param purpose what for
   * @throws JitAllocException DENIED if it must not; the message names the rule
   */
  void require(Privilege privilege, Purpose purpose);

  /** {@return figures of this moment for the whole target, whoever allocated} */
  AllocatorStats stats();

  /**
   * Says who holds the memory of this target.
   *
   * @return what each owner holds, held at most and was denied, by owner, purpose and type. An
   *     owner that stopped is gone from here when its memory is
   */
  List<OwnerUse> owners();

  /** {@return the slabs of this target and what lives in them, by address} */
  List<SlabInfo> slabs();

  /** {@return the live allocations of this target, by address} */
  List<Allocation> allocations();

  /**
   * Tells of memory of this target whose handle was lost, as far as it was found, the last ones
   * last. Only some allocations are watched, unless the configuration says all.
   *
   * @return what was found lost, whatever became of it later; not more than the last thousand
   */
  List<Leak> leaks();

  /**
   * Gives an allocator to who works for others, such as a compiler that is a service: what it gives
   * is accounted to the client, under the rules for the client, and lives as long as the work for
   * them. That the client itself holds an allocator of this target, or gives it back, changes
   * nothing in it.
   *
   * @param client for whom: the symbolic name of their bundle
   * @return the allocator; what it gave goes when it is closed, and with the owner of this one
   * @throws JitAllocException WRONG_STATE if the owner of this one went away
   */
  ClientAllocator forClient(String client);
}
