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
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.quota.Rulebook;
import org.jitalloc.core.target.TargetMemory;
import org.junit.jupiter.api.Test;

/** Other code can use the signal of traps, too: foreign signals must reach the previous handler. */
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

  /** Makes a poke that needs the handler. */
  private void pokeOnce(JitAllocator allocator) {
    Bodies.Change change = bodies.changeOverTrap();
    JitMemory memory = emit(allocator, Bodies.join(change.before(), bodies.returns()));
    allocator.poker().poke(new Poke(memory, 0, new Raw(change.before()), new Raw(change.after())));
  }

  /** Returns a trap that no poke writes: one instruction of the trap fill. */
  private static byte[] foreignTrap() {
    Arch arch = MachineArch.get();
    return Arrays.copyOf(arch.trapFill(), arch.instructionAlignBytes());
  }

  @Test
  void foreignTraps_goToTheForeignHandler_alsoAfterClose() throws Throwable {
    try (Arena arena = Arena.ofConfined();
        TargetMemory foreign = open()) {
      MemorySegment counter = arena.allocate(8, 8);
      JitMemory handler =
          emit(foreign.allocatorFor("other"), bodies.countingHandler(counter.address()));
      MemorySegment before = handle(arena, handler.address());
      try {
        try (TargetMemory ours = open()) {
          JitAllocator allocator = ours.allocatorFor("test");
          pokeOnce(allocator);
          raise();
          assertEquals(1, counter.get(JAVA_LONG, 0), "a signal from raise");
          JitMemory trap = emit(allocator, Bodies.join(foreignTrap(), bodies.returns()));
          trap.function(0, FunctionDescriptor.ofVoid()).invokeExact();
          assertEquals(2, counter.get(JAVA_LONG, 0), "a foreign trap in our text");
        }
        raise();
        assertEquals(3, counter.get(JAVA_LONG, 0), "the previous action is restored");
      } finally {
        os.sigaction(signal, before, MemorySegment.NULL);
      }
    }
  }

  /**
   * A signal can bring a thread into the handler before the target is closed, and the thread can
   * continue after that. This test simulates it: it installs the handler again and raises a signal.
   */
  @Test
  void threadInTheHandler_afterTheTargetIsClosed_reachesThePreviousHandler() throws Throwable {
    try (Arena arena = Arena.ofConfined();
        TargetMemory foreign = open()) {
      MemorySegment counter = arena.allocate(8, 8);
      JitMemory handler =
          emit(foreign.allocatorFor("other"), bodies.countingHandler(counter.address()));
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
   * The kernel ends a process that traps while the signal is blocked, and it can deliver another
   * signal while the handler runs. In this test the mask of the previous handler blocks all
   * signals, including its own.
   */
  @Test
  void installedHandler_doesNotBlockItsOwnSignal_norDoesThePreviousMask() {
    try (Arena arena = Arena.ofConfined();
        TargetMemory foreign = open()) {
      MemorySegment counter = arena.allocate(8, 8);
      JitMemory handler =
          emit(foreign.allocatorFor("other"), bodies.countingHandler(counter.address()));
      MemorySegment before = arena.allocate(layout.bytes());
      MemorySegment other = arena.allocate(layout.bytes());
      other.set(JAVA_LONG, layout.handler(), handler.address());
      other.set(JAVA_INT, layout.flags(), SA_SIGINFO);
      other.set(JAVA_LONG, layout.mask(), -1L);
      os.sigaction(signal, other, before);
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
  void handlerReplacedByOtherCode_pokeIsRefused() throws Throwable {
    try (Arena arena = Arena.ofConfined();
        TargetMemory foreign = open();
        TargetMemory ours = open()) {
      MemorySegment counter = arena.allocate(8, 8);
      JitAllocator allocator = ours.allocatorFor("test");
      JitMemory handler =
          emit(foreign.allocatorFor("other"), bodies.countingHandler(counter.address()));
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
