package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jitalloc.Instruction.Raw;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Poke;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.core.memory.LeakPolicy;
import org.jitalloc.core.memory.Rulebook;
import org.jitalloc.core.memory.TargetMemory;
import org.junit.jupiter.api.Test;

/**
 * The signal that traps raise belongs to others too: what is not ours goes to who had it before.
 */
class SignalSharingTest {

  private static final int SA_SIGINFO = 4;
  private static final int SA_NODEFER = 0x40000000;

  private final int signal =
      MachineArch.textPoke().flatMap(TextPoke::trapHandler).orElseThrow().signal();
  private final Bodies bodies = Bodies.ofThisMachine();
  private final SystemCalls os = new LinuxCalls();
  private final SigactionLayout layout = SigactionLayout.ofThisMachine();

  private static TargetMemory open() {
    Arch arch = MachineArch.get();
    return TargetMemory.host(
        arch,
        HostSpace.open(arch, HostOptions.of("auto")),
        LeakPolicy.DEFAULT,
        new Rulebook(),
        () -> MachineArch.textPoke().orElseThrow());
  }

  private static JitMemory emit(JitAllocator allocator, byte[] code) {
    JitMemory memory = allocator.allocate(ModMemType.TEXT, code.length);
    memory.write(0, code);
    return memory.publish();
  }

  private MemorySegment handle(Arena arena, long handler) {
    MemorySegment old = arena.allocate(layout.bytes());
    MemorySegment action = arena.allocate(layout.bytes());
    action.set(JAVA_LONG, layout.handler(), handler);
    action.set(JAVA_INT, layout.flags(), SA_SIGINFO);
    os.sigaction(signal, action, old);
    return old;
  }

  private void raise() throws Throwable {
    int result =
        (int)
            Linker.nativeLinker()
                .downcallHandle(
                    Linker.nativeLinker().defaultLookup().find("raise").orElseThrow(),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT))
                .invokeExact(signal);
    assertEquals(0, result);
  }

  /** A change that needs the handler. */
  private void pokeOnce(JitAllocator allocator) {
    Bodies.Change change = bodies.changeOverTrap();
    JitMemory memory = emit(allocator, Bodies.join(change.before(), bodies.returns()));
    allocator.poker().poke(new Poke(memory, 0, new Raw(change.before()), new Raw(change.after())));
  }

  /** What fills memory is none of the traps that stand at a place in change. */
  private static byte[] trapOfAStranger() {
    Arch arch = MachineArch.get();
    return Arrays.copyOf(arch.trapFill(), arch.instructionAlignBytes());
  }

  @Test
  void foreignTraps_goToTheForeignHandler_alsoAfterClose() throws Throwable {
    try (Arena arena = Arena.ofConfined();
        TargetMemory strangers = open()) {
      MemorySegment counter = arena.allocate(8, 8);
      JitMemory handler =
          emit(strangers.allocatorFor("stranger"), bodies.countingHandler(counter.address()));
      MemorySegment before = handle(arena, handler.address());
      try {
        try (TargetMemory ours = open()) {
          JitAllocator allocator = ours.allocatorFor("test");
          pokeOnce(allocator);
          raise();
          assertEquals(1, counter.get(JAVA_LONG, 0), "a signal that was sent");
          JitMemory trap = emit(allocator, Bodies.join(trapOfAStranger(), bodies.returns()));
          trap.function(0, FunctionDescriptor.ofVoid()).invokeExact();
          assertEquals(2, counter.get(JAVA_LONG, 0), "a trap of somebody else in our own text");
        }
        raise();
        assertEquals(3, counter.get(JAVA_LONG, 0), "the signal was given back");
      } finally {
        os.sigaction(signal, before, MemorySegment.NULL);
      }
    }
  }

  /**
   * A thread may have been sent into the handler before the target closed, and run there only
   * after. What it does then is done here by a signal that still goes there.
   */
  @Test
  void threadInTheHandler_getsOutOfIt_afterTheTargetIsClosed() throws Throwable {
    try (Arena arena = Arena.ofConfined();
        TargetMemory strangers = open()) {
      MemorySegment counter = arena.allocate(8, 8);
      JitMemory handler =
          emit(strangers.allocatorFor("stranger"), bodies.countingHandler(counter.address()));
      MemorySegment before = handle(arena, handler.address());
      try {
        MemorySegment installed = arena.allocate(layout.bytes());
        try (TargetMemory ours = open()) {
          pokeOnce(ours.allocatorFor("test"));
          os.sigaction(signal, MemorySegment.NULL, installed);
        }
        os.sigaction(signal, installed, MemorySegment.NULL);
        raise();
        assertEquals(1, counter.get(JAVA_LONG, 0));
      } finally {
        os.sigaction(signal, before, MemorySegment.NULL);
      }
    }
  }

  /**
   * The kernel ends a process that traps while the signal is blocked, and another signal may be
   * delivered on top of the handler's frame. The mask of the handler that was there before blocks
   * every signal here, its own among them.
   */
  @Test
  void installedHandler_doesNotBlockItsOwnSignal_norDoesThePreviousMask() {
    try (Arena arena = Arena.ofConfined();
        TargetMemory strangers = open()) {
      MemorySegment counter = arena.allocate(8, 8);
      JitMemory handler =
          emit(strangers.allocatorFor("stranger"), bodies.countingHandler(counter.address()));
      MemorySegment before = arena.allocate(layout.bytes());
      MemorySegment stranger = arena.allocate(layout.bytes());
      stranger.set(JAVA_LONG, layout.handler(), handler.address());
      stranger.set(JAVA_INT, layout.flags(), SA_SIGINFO);
      stranger.set(JAVA_LONG, layout.mask(), -1L);
      os.sigaction(signal, stranger, before);
      try (TargetMemory ours = open()) {
        MemorySegment installed = arena.allocate(layout.bytes());
        os.sigaction(signal, MemorySegment.NULL, installed);
        long othersBlocked = installed.get(JAVA_LONG, layout.mask()) & ~(1L << signal - 1);
        pokeOnce(ours.allocatorFor("test"));
        os.sigaction(signal, MemorySegment.NULL, installed);
        assertEquals(SA_NODEFER, installed.get(JAVA_INT, layout.flags()) & SA_NODEFER);
        assertEquals(othersBlocked, installed.get(JAVA_LONG, layout.mask()));
      } finally {
        os.sigaction(signal, before, MemorySegment.NULL);
      }
    }
  }

  @Test
  void handlerPutOverOurs_makesPokesRefuse() throws Throwable {
    try (Arena arena = Arena.ofConfined();
        TargetMemory strangers = open();
        TargetMemory ours = open()) {
      MemorySegment counter = arena.allocate(8, 8);
      JitAllocator allocator = ours.allocatorFor("test");
      JitMemory handler =
          emit(strangers.allocatorFor("stranger"), bodies.countingHandler(counter.address()));
      pokeOnce(allocator);
      MemorySegment before = handle(arena, handler.address());
      try {
        JitAllocException refused =
            assertThrows(JitAllocException.class, () -> pokeOnce(allocator));
        assertEquals(JitAllocException.Reason.UNSUPPORTED, refused.reason());
      } finally {
        os.sigaction(signal, before, MemorySegment.NULL);
      }
      pokeOnce(allocator);
    }
  }
}
