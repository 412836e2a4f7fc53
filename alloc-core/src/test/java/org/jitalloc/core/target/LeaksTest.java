package org.jitalloc.core.target;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.Leak;
import org.jitalloc.ModMemType;
import org.jitalloc.ModuleMemory;
import org.jitalloc.core.block.BlockHandle;
import org.jitalloc.core.host.MachineArch;
import org.jitalloc.core.leak.LeakPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handles that are lost, and those that are not. */
class LeaksTest {

  static final LeakPolicy ALL = new LeakPolicy(1, false);
  private static final LeakPolicy RECLAIM = new LeakPolicy(1, true);
  private static final int MOST_COLLECTIONS = 200;

  private final Logger logger = Logger.getLogger("org.jitalloc");
  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
  private final Handler handler =
      new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord line) {
          messages.add(formatter.formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private TargetMemory memory;

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
  }

  @AfterEach
  void close() {
    logger.removeHandler(handler);
    memory.close();
  }

  private OwnerAllocator open(String target, LeakPolicy policy) {
    memory = MemoryLifeTest.openTarget(target, policy);
    return memory.allocatorFor("test");
  }

  /** Allocates without keeping the handle. {@return the address} */
  private static long lose(OwnerAllocator allocator) {
    return allocator.allocate(ModMemType.TEXT, 300).publish().address();
  }

  /** Collects until so many are known to be lost. */
  private List<Leak> await(OwnerAllocator allocator, int count) throws InterruptedException {
    for (int n = 0; n < MOST_COLLECTIONS && allocator.leaks().size() < count; n++) {
      System.gc();
      messages.poll(50, TimeUnit.MILLISECONDS);
    }
    List<Leak> leaks = allocator.leaks();
    assertEquals(count, leaks.size(), leaks::toString);
    return leaks;
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "image-amd64"})
  void lostHandle_isReportedOnce_withTheCallThatAllocated(String target) throws Exception {
    OwnerAllocator allocator = open(target, ALL);
    StackTraceElement here = new Throwable().getStackTrace()[0];
    long address = lose(allocator);
    Leak leak = await(allocator, 1).getFirst();
    assertEquals(address, leak.allocation().span().start());
    assertEquals(300, leak.allocation().span().bytes());
    assertEquals(ModMemType.TEXT, leak.allocation().type());
    assertEquals("test", leak.allocation().owner());
    assertEquals("lose", leak.stack().get(0).getMethodName());
    assertEquals(LeaksTest.class.getName(), leak.stack().get(1).getClassName());
    assertEquals(here.getMethodName(), leak.stack().get(1).getMethodName());
    assertEquals(here.getLineNumber() + 1, leak.stack().get(1).getLineNumber());
    assertFalse(leak.reclaimed());
    assertFalse(leak.foundAt().isBefore(leak.allocatedAt()));
    assertNotNull(allocator.find(address), "to report is not to free");
    lose(allocator);
    assertEquals(List.of(leak), await(allocator, 2).subList(0, 1));
  }

  /** Keeps what it allocates for as long as there is the class. */
  public static final class Hoarder implements Consumer<JitAllocator> {
    private static JitMemory kept;

    @Override
    public void accept(JitAllocator allocator) {
      kept = allocator.allocate(ModMemType.TEXT, 10).publish();
      assertNotNull(kept);
    }
  }

  /** A class as a bundle has its own. */
  private static final class BundleLoader extends ClassLoader {
    Class<?> define() throws IOException {
      String file = Hoarder.class.getName().replace('.', '/') + ".class";
      try (var in = Objects.requireNonNull(getResourceAsStream(file))) {
        byte[] bytes = in.readAllBytes();
        return defineClass(Hoarder.class.getName(), bytes, 0, bytes.length);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static WeakReference<ClassLoader> hoard(JitAllocator allocator) throws Exception {
    var loader = new BundleLoader();
    Object hoarder = loader.define().getConstructor().newInstance();
    ((Consumer<JitAllocator>) hoarder).accept(allocator);
    return new WeakReference<>(loader);
  }

  @Test
  void ownerThatGoes_withHandlesItStillHas_leavesNoClassLoaderBehind() throws Exception {
    open("host", ALL);
    OwnerAllocator guest = memory.allocatorFor("guest");
    WeakReference<ClassLoader> loader = hoard(guest);
    guest.close();
    memory.stats();
    for (int n = 0; n < MOST_COLLECTIONS && loader.get() != null; n++) {
      System.gc();
    }
    assertNull(loader.get(), "its classes are held");
  }

  @Test
  void ownerThatGoes_isForgotten_withoutAReaderOfStatistics() {
    open("host", new LeakPolicy(0, false));
    var guest = new WeakReference<Object>(enterAndLeave());
    for (int n = 0; n < MOST_COLLECTIONS && guest.get() != null; n++) {
      System.gc();
    }
    assertNull(guest.get(), "they are held");
  }

  private Object enterAndLeave() {
    OwnerAllocator guest = memory.allocatorFor("guest");
    guest.close();
    return guest.owner();
  }

  @Test
  void report_goesToTheLog() throws Exception {
    OwnerAllocator allocator = open("host", ALL);
    lose(allocator);
    String message = null;
    for (int n = 0; n < MOST_COLLECTIONS && message == null; n++) {
      System.gc();
      message = messages.poll(50, TimeUnit.MILLISECONDS);
    }
    assertNotNull(message);
    assertTrue(message.matches("(?s)lost .*: host TEXT \\[0x.*\\) LIVE of test, PT.* old;.*"));
    assertTrue(message.contains("\n\tat " + LeaksTest.class.getName() + ".lose(LeaksTest.java:"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "image-amd64"})
  void reclaim_freesWhatIsLost_andNothingThatWasClosed(String target) throws Exception {
    OwnerAllocator allocator = open(target, RECLAIM);
    long liveBefore = allocator.stats().live();
    JitMemory closed = allocator.allocate(ModMemType.DATA, 100);
    closed.close();
    JitMemory kept = allocator.allocate(ModMemType.DATA, 100).publish();
    long address = lose(allocator);
    Leak leak = await(allocator, 1).getFirst();
    assertEquals(address, leak.allocation().span().start());
    assertTrue(leak.reclaimed());
    assertNull(allocator.find(address));
    assertEquals(JitMemory.State.LIVE, kept.state());
    assertEquals(liveBefore + 1, allocator.stats().live());
    Reference.reachabilityFence(closed);
    Reference.reachabilityFence(kept);
  }

  @Test
  void function_keepsItsMemory() throws Throwable {
    OwnerAllocator allocator = open("host", RECLAIM);
    byte[] code = MachineArch.get().returnConstant(99);
    MethodHandle function = functionAlone(allocator, code);
    lose(allocator);
    List<Leak> leaks = await(allocator, 1);
    assertEquals(300, leaks.getFirst().allocation().span().bytes(), "not the function's");
    assertEquals(99, (int) function.invokeExact());
    Reference.reachabilityFence(function);
    function = null;
    assertEquals(
        code.length, await(allocator, 2).getLast().allocation().span().bytes(), "now it is");
  }

  private static MethodHandle functionAlone(OwnerAllocator allocator, byte[] code) {
    JitMemory block = allocator.allocate(ModMemType.TEXT, code.length);
    block.write(0, code);
    return block.publish().function(0, FunctionDescriptor.of(JAVA_INT));
  }

  @Test
  void moduleSet_isLost_whenNeitherItNorAHandleOfItIsLeft() throws Exception {
    OwnerAllocator allocator = open("image-amd64", RECLAIM);
    JitMemory member = memberOfALostSet(allocator);
    lose(allocator);
    assertEquals(300, await(allocator, 1).getFirst().allocation().span().bytes());
    assertEquals(JitMemory.State.LIVE, member.state());
    Reference.reachabilityFence(member);
    member = null;
    List<Leak> leaks = await(allocator, 3);
    assertEquals(
        List.of(10L, 20L),
        leaks.subList(1, 3).stream().map(leak -> leak.allocation().span().bytes()).toList());
    assertEquals("memberOfALostSet", leaks.get(1).stack().getFirst().getMethodName());
  }

  private static JitMemory memberOfALostSet(OwnerAllocator allocator) {
    ModuleMemory set = allocator.newModuleMemory();
    set.allocate(AllocationRequest.of(ModMemType.INIT_TEXT, 5));
    set.allocate(AllocationRequest.of(ModMemType.DATA, 10));
    JitMemory member = set.allocate(AllocationRequest.of(ModMemType.TEXT, 20));
    assertEquals(member, set.memories().getLast(), "the same handle each time");
    set.publish();
    set.initDone();
    return member;
  }

  @Test
  void closedSet_isNotLost() throws Exception {
    OwnerAllocator allocator = open("image-amd64", ALL);
    try (ModuleMemory set = allocator.newModuleMemory()) {
      set.allocate(AllocationRequest.of(ModMemType.TEXT, 20));
    }
    lose(allocator);
    assertEquals(300, await(allocator, 1).getFirst().allocation().span().bytes());
  }

  @Test
  void ownerWhoGoes_isToldWhereItAllocated() {
    OwnerAllocator allocator = open("image-amd64", ALL);
    JitMemory closed = allocator.allocate(ModMemType.DATA, 77);
    closed.close();
    JitMemory held = allocator.allocate(ModMemType.DATA, 100);
    OwnerAllocator other = memory.allocatorFor("other");
    JitMemory ofAnother = other.allocate(ModMemType.DATA, 55);
    allocator.close();
    String message = messages.poll();
    assertNotNull(message);
    assertTrue(message.contains("1 allocations of 100 bytes"), message);
    assertTrue(message.contains("LeaksTest.ownerWhoGoes_isToldWhereItAllocated"), message);
    assertEquals(1, message.split("allocated at", -1).length - 1, message);
    assertEquals(JitMemory.State.FREED, held.state());
    assertEquals(JitMemory.State.FORMING, ofAnother.state());
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "1, 80000, 80000", "8, 9000, 11000"})
  void sample_isOfTheSizeThatWasAsked(int every, int least, int most) {
    OwnerAllocator allocator = open("image-amd64", new LeakPolicy(every, false));
    long watched =
        IntStream.range(0, 80_000)
            .filter(
                _ -> {
                  try (JitMemory block = allocator.allocate(ModMemType.TEXT, 100)) {
                    return block instanceof BlockHandle;
                  }
                })
            .count();
    // Ten thousand gaps, each even between 1 and 15: the deviation of their number is below 60.
    assertTrue(watched >= least && watched <= most, () -> watched + " of 80000");
  }

  @Test
  void threadEnds_withTheTarget() {
    OwnerAllocator allocator = open("host", ALL);
    List<Thread> before = threads();
    JitMemory block = allocator.allocate(ModMemType.TEXT, 1);
    List<Thread> started = threads().stream().filter(t -> !before.contains(t)).toList();
    assertEquals(1, started.size());
    memory.close();
    assertFalse(started.getFirst().isAlive());
    assertEquals(JitMemory.State.FREED, block.state());
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("jitalloc-leaks-host"))
        .toList();
  }

  @Test
  void settings_areRead_andWrongOnesRefused() {
    memory = MemoryLifeTest.openTarget("image-amd64");
    assertEquals(LeakPolicy.DEFAULT, read(Map.of()));
    assertEquals(ALL, read(Map.of("jitalloc.leaks.sample", "all")));
    assertEquals(new LeakPolicy(0, false), read(Map.of("jitalloc.leaks.sample", "off")));
    assertEquals(
        new LeakPolicy(5, true),
        read(Map.of("jitalloc.leaks.sample", "5", "jitalloc.leaks.reclaim", "true")));
    for (String wrong : List.of("0", "-1", "many", "99999999999")) {
      assertRefused("jitalloc.leaks.sample", wrong);
    }
    assertRefused("jitalloc.leaks.reclaim", "yes");
  }

  private static LeakPolicy read(Map<String, String> settings) {
    return LeakPolicy.read(name -> settings.getOrDefault(name, ""));
  }

  private static void assertRefused(String name, String value) {
    JitAllocException refused =
        assertThrows(JitAllocException.class, () -> read(Map.of(name, value)));
    assertEquals(JitAllocException.Reason.INVALID_REQUEST, refused.reason());
    assertTrue(refused.getMessage().contains(name + "=" + value), refused.getMessage());
  }
}
