package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ServiceLoader;
import org.jitalloc.Instruction.Jump;
import org.jitalloc.Instruction.Nop;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Poke;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.core.memory.TargetMemory;
import org.junit.jupiter.api.Test;

/** SIGTRAP belongs to others too: what is not ours goes to who had the signal before. */
class SignalSharingTest {

  private static final int SIGTRAP = 5;

  private final SystemCalls os = new LinuxCalls();
  private final SigactionLayout layout = SigactionLayout.ofThisMachine();

  private static TargetMemory open() {
    Arch arch = MachineArch.get();
    return TargetMemory.host(
        arch,
        "auto",
        () ->
            ServiceLoader.load(TextPoke.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(s -> s.arch().equals(arch.name()))
                .findFirst()
                .orElse(null));
  }

  private static JitMemory emit(JitAllocator allocator, byte[] code) {
    JitMemory memory = allocator.allocate(ModMemType.TEXT, code.length);
    memory.write(0, code);
    return memory.publish();
  }

  /** A handler that counts: mov rax, counter; lock inc qword [rax]; ret. */
  private static byte[] countingHandler(MemorySegment counter) {
    return ByteBuffer.allocate(15)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) 0xb848)
        .putLong(counter.address())
        .put(new byte[] {(byte) 0xf0, 0x48, (byte) 0xff, 0, (byte) 0xc3})
        .array();
  }

  private MemorySegment handle(Arena arena, long handler) {
    MemorySegment old = arena.allocate(layout.bytes());
    MemorySegment action = arena.allocate(layout.bytes());
    action.set(JAVA_LONG, layout.handler(), handler);
    os.sigaction(SIGTRAP, action, old);
    return old;
  }

  private static void raise() throws Throwable {
    int result =
        (int)
            Linker.nativeLinker()
                .downcallHandle(
                    Linker.nativeLinker().defaultLookup().find("raise").orElseThrow(),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT))
                .invokeExact(SIGTRAP);
    assertEquals(0, result);
  }

  private static void pokeOnce(JitAllocator allocator) {
    byte[] site = allocator.poker().encode(new Nop(), 0);
    byte[] code = java.util.Arrays.copyOf(site, site.length + 1);
    code[site.length] = (byte) 0xc3;
    JitMemory memory = emit(allocator, code);
    allocator
        .poker()
        .poke(new Poke(memory, 0, new Nop(), new Jump(memory.address() + site.length)));
  }

  @Test
  void foreignTraps_goToTheForeignHandler_alsoAfterClose() throws Throwable {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "the handler here is x86 code");
    try (Arena arena = Arena.ofConfined();
        TargetMemory strangers = open()) {
      MemorySegment counter = arena.allocate(8, 8);
      JitMemory handler = emit(strangers.allocatorFor("stranger"), countingHandler(counter));
      MemorySegment before = handle(arena, handler.address());
      try {
        try (TargetMemory ours = open()) {
          JitAllocator allocator = ours.allocatorFor("test");
          pokeOnce(allocator);
          raise();
          assertEquals(1, counter.get(JAVA_LONG, 0), "a signal that was sent");
          JitMemory trap = emit(allocator, new byte[] {(byte) 0xcc, (byte) 0xc3});
          trap.function(0, FunctionDescriptor.ofVoid()).invokeExact();
          assertEquals(2, counter.get(JAVA_LONG, 0), "an INT3 of somebody else in our own text");
        }
        raise();
        assertEquals(3, counter.get(JAVA_LONG, 0), "the signal was given back");
      } finally {
        os.sigaction(SIGTRAP, before, MemorySegment.NULL);
      }
    }
  }

  @Test
  void handlerPutOverOurs_makesPokesRefuse() throws Throwable {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "the handler here is x86 code");
    try (Arena arena = Arena.ofConfined();
        TargetMemory strangers = open();
        TargetMemory ours = open()) {
      MemorySegment counter = arena.allocate(8, 8);
      JitAllocator allocator = ours.allocatorFor("test");
      JitMemory handler = emit(strangers.allocatorFor("stranger"), countingHandler(counter));
      pokeOnce(allocator);
      MemorySegment before = handle(arena, handler.address());
      try {
        JitAllocException refused =
            assertThrows(JitAllocException.class, () -> pokeOnce(allocator));
        assertEquals(JitAllocException.Reason.UNSUPPORTED, refused.reason());
      } finally {
        os.sigaction(SIGTRAP, before, MemorySegment.NULL);
      }
      pokeOnce(allocator);
    }
  }
}
