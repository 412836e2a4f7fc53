package org.jitalloc.core.target;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jitalloc.Allocation;
import org.jitalloc.AllocationRequest;
import org.jitalloc.AllocatorStats;
import org.jitalloc.ClientAllocator;
import org.jitalloc.ImageMemory;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.Leak;
import org.jitalloc.MemoryMode;
import org.jitalloc.ModMemType;
import org.jitalloc.ModuleMemory;
import org.jitalloc.NativeThread;
import org.jitalloc.OwnerUse;
import org.jitalloc.Privilege;
import org.jitalloc.Purpose;
import org.jitalloc.SlabInfo;
import org.jitalloc.Target;
import org.jitalloc.TextPoker;
import org.jitalloc.Upcall;
import org.jitalloc.core.block.Block;
import org.jitalloc.core.block.BlockOwner;
import org.jspecify.annotations.Nullable;

/** A target as one owner uses it. */
public final class OwnerAllocator implements ClientAllocator {

  private final TargetMemory memory;
  private final BlockOwner owner;

  /** The allocators of clients of this owner. Guarded by itself. */
  private final Set<OwnerAllocator> clients = new HashSet<>();

  /** Guarded by the clients. */
  private boolean closed;

  OwnerAllocator(TargetMemory memory, BlockOwner owner) {
    this.memory = memory;
    this.owner = owner;
  }

  BlockOwner owner() {
    return owner;
  }

  @Override
  public Target target() {
    return memory.target();
  }

  @Override
  public MemoryMode memoryMode() {
    return memory.space().mode();
  }

  @Override
  public JitMemory allocate(ModMemType type, long bytes) {
    Block block = memory.blocks().newBlock(owner, type, Purpose.MODULES, bytes);
    JitMemory handle = memory.leaks().handle(block);
    if (!memory.blocks().placeQuickly(block)) {
      memory.blocks().place(block, AllocationRequest.of(type, bytes));
    }
    return handle;
  }

  @Override
  public JitMemory allocate(AllocationRequest request) {
    Block block =
        memory.blocks().newBlock(owner, request.type(), request.purpose(), request.bytes());
    JitMemory handle = memory.leaks().handle(block);
    memory.blocks().place(block, request);
    return handle;
  }

  @Override
  public ModuleMemory newModuleMemory() {
    return new MemorySet(
        memory.blocks(), owner, memory.leaks().newSet());
  }

  @Override
  public @Nullable Allocation find(long address) {
    return memory.find(address);
  }

  @Override
  public TextPoker poker() {
    return memory.poker();
  }

  @Override
  public Upcall upcall(MethodHandle method, FunctionDescriptor descriptor) {
    return memory.upcall(method, descriptor);
  }

  @Override
  public long upcallStackFloor() {
    return memory.upcallStackFloor();
  }

  @Override
  public NativeThread nativeThread() {
    return memory.nativeThread();
  }

  @Override
  public List<String> threadsThatBlockTraps() {
    return memory.threadsThatBlockTraps();
  }

  @Override
  public void afterGracePeriod(Runnable action) {
    memory.afterGracePeriod(action);
  }

  @Override
  public Optional<ImageMemory> image() {
    return memory.image();
  }

  @Override
  public AllocatorStats stats() {
    return memory.stats();
  }

  @Override
  public void require(Privilege privilege, Purpose purpose) {
    memory.admission().require(owner, privilege, purpose);
  }

  @Override
  public List<OwnerUse> owners() {
    return memory.owners();
  }

  @Override
  public List<SlabInfo> slabs() {
    return memory.slabs();
  }

  @Override
  public List<Allocation> allocations() {
    return memory.allocations();
  }

  @Override
  public List<Leak> leaks() {
    return memory.leaks().found();
  }

  @Override
  public ClientAllocator forClient(String client) {
    synchronized (clients) {
      if (closed) {
        throw new JitAllocException(
            Reason.WRONG_STATE,
            "%s went away and cannot allocate for %s".formatted(owner.name(), client));
      }
      clients.removeIf(OwnerAllocator::isClosed);
      OwnerAllocator allocator = memory.allocatorFor(client);
      clients.add(allocator);
      return allocator;
    }
  }

  private boolean isClosed() {
    synchronized (clients) {
      return closed;
    }
  }

  /** Frees the blocks of the owner and of its clients. */
  @Override
  public void close() {
    List<OwnerAllocator> left;
    synchronized (clients) {
      closed = true;
      left = List.copyOf(clients);
      clients.clear();
    }
    left.forEach(OwnerAllocator::close);
    memory.freeAllOf(owner);
  }
}
