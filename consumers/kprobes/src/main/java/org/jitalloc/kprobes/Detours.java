package org.jitalloc.kprobes;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.Target;
import org.jitalloc.Upcall;
import org.jitalloc.arch.trace.ProbeCodec;

/**
 * The code that probes need, in memory of the target: what all share, and a detour for each place.
 * Detours are allocations of their own; the allocator packs them many to a page, and uses the room
 * of one again when no thread can be inside.
 */
final class Detours implements AutoCloseable {
  private static final MethodHandle HIT;

  static {
    try {
      HIT =
          MethodHandles.lookup()
              .findVirtual(
                  Dispatcher.class, "hit", MethodType.methodType(long.class, long[].class));
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final JitAllocator allocator;
  private final ProbeCodec codec;

  /** Java as code calls it; none in an image, where nothing runs. */
  private final Optional<Upcall> handler;

  private final JitMemory entry;
  private final JitMemory returnPlace;
  private final Set<JitMemory> mine = ConcurrentHashMap.newKeySet();

  Detours(JitAllocator allocator, ProbeCodec codec, Dispatcher dispatcher) {
    this.allocator = allocator;
    this.codec = codec;
    Target target = allocator.target();
    handler =
        target.kind() == Target.Kind.HOST
            ? Optional.of(upcall(allocator, codec, dispatcher))
            : Optional.empty();
    byte[] code = codec.entry(handler.map(Upcall::address).orElse(0L), target.cpuFeatures());
    entry = publish(allocator.allocate(text(code.length)), code);
    int bytes = codec.returnPlace(entry.address(), entry.address()).length;
    JitMemory memory = allocator.allocate(text(bytes).near(entry.address(), codec.reachBytes()));
    returnPlace = publish(memory, codec.returnPlace(memory.address(), entry.address()));
    dispatcher.returnTo(returnPlace.address());
  }

  private static Upcall upcall(JitAllocator allocator, ProbeCodec codec, Dispatcher dispatcher) {
    int numbers = codec.registers().size() + 2;
    MemoryLayout[] arguments = Collections.nCopies(numbers, JAVA_LONG).toArray(new MemoryLayout[0]);
    return allocator.upcall(
        HIT.bindTo(dispatcher).asCollector(long[].class, numbers),
        FunctionDescriptor.of(JAVA_LONG, arguments));
  }

  private static AllocationRequest text(long bytes) {
    return AllocationRequest.of(ModMemType.TEXT, bytes).withPurpose(Purpose.KPROBES);
  }

  private static JitMemory publish(JitMemory memory, byte[] code) {
    try {
      memory.write(0, code);
      return memory.publish();
    } catch (RuntimeException failure) {
      memory.close();
      throw failure;
    }
  }

  /** Makes a detour of a place. */
  JitMemory make(Place place, Place.Shape shape) {
    var plan =
        new ProbeCodec.Detour(
            place.id, place.address(), place.original(shape.bytes()), true, shape.after());
    int bytes = codec.detour(plan, place.address(), place.address()).length;
    JitMemory memory = allocateNear(place.address(), bytes);
    try {
      mine.add(memory);
      return publish(memory, codec.detour(plan, memory.address(), entry.address()));
    } catch (RuntimeException failure) {
      mine.remove(memory);
      if (memory.state() != JitMemory.State.FREED) memory.close();
      throw failure;
    }
  }

  /**
   * Where there are no detours within reach of text, as in kernels that trap twice, modules are.
   */
  private JitMemory allocateNear(long address, int bytes) {
    AllocationRequest request = text(bytes).near(address, codec.reachBytes());
    try {
      return allocator.allocate(request);
    } catch (JitAllocException failure) {
      if (failure.reason() != JitAllocException.Reason.UNREACHABLE) throw failure;
      return allocator.allocate(request.withPurpose(Purpose.MODULES));
    }
  }

  /** Frees a detour. Threads that are inside leave it unharmed. */
  void free(JitMemory detour) {
    mine.remove(detour);
    detour.close();
  }

  /** Whether an address is in code of ours. */
  boolean contains(long address) {
    return Stream.concat(Stream.of(entry, returnPlace), mine.stream())
        .anyMatch(memory -> memory.span().contains(address));
  }

  /** Threads that are inside leave unharmed; those that come back through it later do not. */
  @Override
  public void close() {
    returnPlace.close();
    entry.close();
    handler.ifPresent(Upcall::close);
  }
}
