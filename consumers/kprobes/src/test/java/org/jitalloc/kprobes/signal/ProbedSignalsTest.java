package org.jitalloc.kprobes.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.kprobes.Probe;
import org.jitalloc.kprobes.ProbeRequest;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.jitalloc.kprobes.signal.SignalLibrary.Word;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Probes in signal handlers that interrupt probed code, or the thread that changes probes. */
final class ProbedSignalsTest {
  private static final int ROUNDS = Integer.getInteger("jitalloc.test.signals.rounds", 400);

  @TempDir private Path folder;
  private final JitAllocator host = JitAlloc.host();
  private LocalKprobes probes;
  private SignalLibrary library;

  @BeforeEach
  void load() throws IOException {
    library = SignalLibrary.load(host, folder);
    library.publish();
    probes = KprobesFactory.of(host);
    probes.add(library);
  }

  @AfterEach
  void unload() {
    if (probes != null) {
      probes.close();
      library.close();
    }
  }

  private Probe count(String function) {
    return probes.register(library.behindSite(function), ProbeRequest.counting().byBreakpoint());
  }

  private void awaitReady() {
    while (library.get(Word.READY) == 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void storm_onBreakpoints_changesNoResult() throws Exception {
    var bad = new long[] {-1};
    try (Probe leaf = count("leaf");
        Probe _ = count("deep")) {
      var thread = new Thread(() -> bad[0] = library.call("t_storm", 0, 0));
      thread.start();
      awaitReady();
      long sent = library.call("t_send", 10L * ROUNDS, 200);
      library.set(Word.STOP, 1);
      thread.join();
      assertTrue(sent > 0);
      assertTrue(leaf.hits() > 0);
    }
    assertEquals(0, bad[0]);
  }

  /** The handler meets a breakpoint while the thread that it interrupts changes the trap table. */
  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void handlerInTheThreadThatChangesProbes_doesNotWaitForIt() throws Exception {
    var failure = new AtomicReference<Throwable>();
    try (Probe leaf = count("leaf")) {
      var thread =
          new Thread(
              () -> {
                library.call("t_install", 1, 0);
                while (library.get(Word.STOP) == 0) {
                  count("deep").close();
                }
                library.call("t_install", 0, 0);
              });
      thread.setUncaughtExceptionHandler((_, thrown) -> failure.set(thrown));
      thread.start();
      awaitReady();
      for (int i = 0; i < ROUNDS; i++) {
        library.call("t_send", 100, 200);
      }
      library.set(Word.STOP, 1);
      thread.join();
      assertTrue(leaf.hits() > 0);
    }
    assertNull(failure.get());
  }

  @Test
  void threadThatBlocksTraps_isNamed_whenABreakpointIsArmed() throws Exception {
    var messages = new ConcurrentLinkedQueue<String>();
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            messages.add(new SimpleFormatter().formatMessage(entry));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("org.jitalloc.kprobes");
    logger.addHandler(handler);
    var blocked = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    var thread =
        new Thread(
            () -> {
              library.call("t_mask", 1, 0);
              blocked.countDown();
              try {
                end.await();
              } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
              }
              library.call("t_mask", 0, 0);
            },
            "masked-thread");
    thread.start();
    blocked.await();
    try (Probe _ = count("leaf")) {
      String message =
          messages.stream().filter(m -> m.contains("masked-thread")).findFirst().orElse("");
      assertTrue(message.contains("blocks SIGTRAP"), messages::toString);
    } finally {
      end.countDown();
      thread.join();
      logger.removeHandler(handler);
    }
    assertEquals(1, messages.size());
  }
}
