package org.jitalloc.kprobes.run;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.System.Logger.Level;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.Target;
import org.jitalloc.Upcall;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jspecify.annotations.Nullable;

/**
 * The code that probes need, in memory of the target: what all share, and a detour for each point.
 * Detours are allocations of their own; the allocator packs them many to a page, and uses the room
 * of one again when no thread can be inside.
 */
final class Detours implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("org.jitalloc.kprobes");
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
  private final Dispatcher dispatcher;
  private @Nullable Shared shared;

  /**
   * Shared by all detours: made for the first one, since most targets have no probes.
   *
   * @param handler Java as code calls it; none in an image, where nothing runs
   * @param entry what calls it
   * @param returnPlace the address that replaced return addresses lead to
   */
  private record Shared(Optional<Upcall> handler, JitMemory entry, JitMemory returnPlace) {
    void close() {
      try {
        returnPlace.close();
      } finally {
        try {
          entry.close();
        } finally {
          handler.ifPresent(Upcall::close);
        }
      }
    }
  }

  Detours(JitAllocator allocator, ProbeCodec codec, Dispatcher dispatcher) {
    this.allocator = allocator;
    this.codec = codec;
    this.dispatcher = dispatcher;
  }

  private Shared shared() {
    Shared known = shared;
    if (known != null) {
      return known;
    }
    Optional<Upcall> handler =
        allocator.target().kind() == Target.Kind.HOST
            ? Optional.of(upcall(allocator, codec, dispatcher))
            : Optional.empty();
    try {
      Shared now = share(handler);
      shared = now;
      return now;
    } catch (RuntimeException | Error failure) {
      handler.ifPresent(Upcall::close);
      throw failure;
    }
  }

  private Shared share(Optional<Upcall> handler) {
    byte[] code =
        codec.entry(
            handler.map(Upcall::address).orElse(0L),
            allocator.nativeThread(),
            allocator.target().cpuFeatures());
    List<JitMemory> made = new ArrayList<>();
    try {
      JitMemory entry = publish(allocator.allocate(text(code.length)), _ -> code);
      made.add(entry);
      int bytes = codec.returnPlace(entry.address(), entry.address()).length;
      AllocationRequest request = text(bytes).near(entry.address(), codec.reachBytes());
      JitMemory returnPlace =
          publish(
              allocator.allocate(request), memory -> codec.returnPlace(memory, entry.address()));
      made.add(returnPlace);
      dispatcher.returnTo(returnPlace.address());
      return new Shared(handler, entry, returnPlace);
    } catch (RuntimeException | Error failure) {
      made.forEach(this::free);
      throw failure;
    }
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

  private static JitMemory publish(JitMemory memory, LongFunction<byte[]> codeAt) {
    try {
      memory.write(0, codeAt.apply(memory.address()));
      return memory.publish();
    } catch (RuntimeException | Error failure) {
      memory.close();
      throw failure;
    }
  }

  /** Makes a detour of a point. */
  JitMemory make(ProbePoint point, ProbePoint.Shape shape) {
    return make(point, shape, point.original(shape.bytes()));
  }

  /** Makes a detour of a call site, which has one of that shape, with what is to be done there. */
  JitMemory make(ProbePoint point, byte[] site) {
    return make(point, Objects.requireNonNull(point.shape), site);
  }

  private JitMemory make(ProbePoint point, ProbePoint.Shape shape, byte[] code) {
    var plan =
        new ProbeCodec.Detour(
            point.id, point.address(), code, shape.counters(), shape.before(), shape.after());
    boolean isHandled = shape.before() || shape.after();
    long entry = isHandled ? shared().entry.address() : 0;
    Set<String> features = allocator.target().cpuFeatures();
    int bytes = codec.detour(plan, point.address(), point.address(), features).length;
    AllocationRequest request = text(bytes).near(point.address(), codec.reachBytes());
    return publish(allocator.allocate(request), at -> codec.detour(plan, at, entry, features));
  }

  /**
   * Frees a detour. Threads that are inside leave it unharmed. A failure is logged: what is done to
   * the text is done, and other detours are freed all the same.
   */
  void free(JitMemory detour) {
    try {
      detour.close();
    } catch (RuntimeException | Error failure) {
      LOG.log(Level.WARNING, "a detour cannot be freed: " + detour, failure);
    }
  }

  /** Threads that are inside leave unharmed; those that come back through it later do not. */
  @Override
  public void close() {
    Shared last = shared;
    shared = null;
    if (last != null) {
      last.close();
    }
  }
}
