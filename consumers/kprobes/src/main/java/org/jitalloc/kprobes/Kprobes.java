package org.jitalloc.kprobes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jitalloc.Allocation;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.kprobes.ProbeRefusedException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The probes of a target. Text is handed in by {@link #add}; then any instruction of it can be
 * probed. On a host, handlers are called by the threads that come there, outside of signal context;
 * in an image probes are placed, and nothing is ever hit. For any thread.
 */
public final class Kprobes implements AutoCloseable {

  private final JitAllocator allocator;
  private final ProbeCodec codec;
  private final Dispatcher dispatcher;
  private final Detours detours;
  private final Arming arming;
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<Long, ProbedText> texts = new TreeMap<>(Long::compareUnsigned);
  private final Map<Long, FunctionText> functions = new HashMap<>();
  private final TreeMap<Long, Place> places = new TreeMap<>(Long::compareUnsigned);
  private final Map<String, String> blacklist = new TreeMap<>();
  private boolean closed;

  /**
   * Makes the probes of a target. One for each target is enough: of two, neither would know of the
   * instructions that the other has replaced.
   *
   * @param allocator the target's
   * @param codec that of its architecture
   */
  public Kprobes(JitAllocator allocator, ProbeCodec codec) {
    this.allocator = allocator;
    this.codec = codec;
    dispatcher = new Dispatcher(codec.registers());
    detours = new Detours(allocator, codec, dispatcher);
    arming = new Arming(allocator, detours);
  }

  /**
   * Makes the probes of a target, with the codec that is on the class path.
   *
   * @param allocator the target's
   * @return its probes
   * @throws JitAllocException UNSUPPORTED if there is no codec for its architecture
   */
  public static Kprobes on(JitAllocator allocator) {
    String arch = allocator.target().arch();
    return ServiceLoader.load(ProbeCodec.class, Kprobes.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(c -> c.arch().equals(arch))
        .findFirst()
        .map(codec -> new Kprobes(allocator, codec))
        .orElseThrow(
            () ->
                new JitAllocException(
                    JitAllocException.Reason.UNSUPPORTED,
                    "no probes for this architecture: target=%s arch=%s"
                        .formatted(allocator.target().name(), arch)));
  }

  /**
   * Lets text be probed.
   *
   * @param text the text; live until {@link #forget} has returned
   */
  public void add(ProbedText text) {
    locked(() -> texts.put(text.memory().address(), text));
  }

  /**
   * Takes all probes out of a text; it cannot be probed any more.
   *
   * @param memory what was handed in; memory that was freed by now is left alone
   */
  public void forget(JitMemory memory) {
    locked(
        () -> {
          ProbedText text = texts.get(memory.address());
          if (text == null) return;
          List<Place> all = places.values().stream().filter(p -> p.text().equals(text)).toList();
          all.stream().flatMap(p -> List.copyOf(p.probes).stream()).forEach(this::drop);
          texts.remove(memory.address());
          functions.keySet().removeIf(memory.span()::contains);
        });
  }

  /**
   * Forbids probes in a function.
   *
   * @param function its name
   * @param why for who asks for one
   */
  public void blacklist(String function, String why) {
    locked(() -> blacklist.put(function, why));
  }

  /**
   * Finds an address.
   *
   * @param function the name of a function
   * @param offset bytes from its start
   * @return the address
   * @throws ProbeRefusedException NO_SYMBOL if there is no function of that name
   */
  public long address(String function, int offset) {
    lock.lock();
    try {
      for (ProbedText text : texts.values()) {
        for (ProbedText.Function candidate : text.functions()) {
          if (candidate.name().equals(function)) {
            return text.memory().address() + candidate.offset() + offset;
          }
        }
      }
    } finally {
      unlock();
    }
    throw new ProbeRefusedException(
        Reason.NO_SYMBOL, "no text that can be probed has a function " + function);
  }

  /**
   * Probes an instruction.
   *
   * @param address its address
   * @param request what is to be called
   * @return the probe
   * @throws ProbeRefusedException if it cannot be probed
   * @throws JitAllocException if memory cannot be had or something else stands there by now
   */
  public Probe register(long address, ProbeRequest request) {
    return register(Map.of(address, request)).getFirst();
  }

  /**
   * Probes many instructions: all or none.
   *
   * @param requests what is to be called, by address
   * @return the probes, in the order of the requests
   * @throws ProbeRefusedException if one cannot be probed
   * @throws JitAllocException if memory cannot be had or something else stands there by now
   */
  public List<Probe> register(Map<Long, ProbeRequest> requests) {
    lock.lock();
    try {
      List<LiveProbe> probes = new ArrayList<>();
      for (var entry : requests.entrySet()) {
        Place place = place(entry.getKey());
        if (entry.getValue().after() != null && !place.isStraight()) {
          throw new ProbeRefusedException(
              Reason.WRONG_KIND,
              "nothing can be called behind the instruction at 0x%x (%s): it may go elsewhere"
                  .formatted(place.address(), place.name()));
        }
        probes.add(new LiveProbe(this, place, entry.getValue()));
      }
      return install(probes);
    } finally {
      unlock();
    }
  }

  /**
   * Probes the returns of a function.
   *
   * @param address where it begins
   * @param request what is to be called
   * @return the probe
   * @throws ProbeRefusedException if it cannot be probed
   * @throws JitAllocException if memory cannot be had or something else stands there by now
   */
  public Probe registerReturn(long address, ReturnProbeRequest request) {
    lock.lock();
    try {
      Place place = place(address);
      if (place.functionOffset() != 0) {
        throw new ProbeRefusedException(
            Reason.WRONG_KIND,
            "returns are probed at the start of a function: 0x%x is %s"
                .formatted(address, place.name()));
      }
      return install(List.of(new LiveProbe(this, place, request))).getFirst();
    } finally {
      unlock();
    }
  }

  private List<Probe> install(List<LiveProbe> probes) {
    for (LiveProbe probe : probes) {
      Place place = probe.at();
      if (place.probes.isEmpty()) {
        place.id = dispatcher.add(place);
        places.put(place.address(), place);
      }
      place.probes.add(probe);
    }
    try {
      arrange(probes.stream().map(LiveProbe::at).distinct().toList());
    } catch (RuntimeException failure) {
      probes.forEach(probe -> dropAfter(failure, probe));
      throw failure;
    }
    return List.copyOf(probes);
  }

  private void dropAfter(RuntimeException failure, LiveProbe probe) {
    try {
      drop(probe);
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
    }
  }

  private void arrange(List<Place> changed) {
    arming.arrange(changed, this::optimizeIfIdle);
  }

  /** The place of an instruction, new or old, or why there can be none. */
  private Place place(long address) {
    if (closed) throw new IllegalStateException("these probes are closed");
    Place known = places.get(address);
    if (known != null) return known;
    var entry = texts.floorEntry(address);
    ProbedText text =
        entry != null && entry.getValue().memory().span().contains(address)
            ? entry.getValue()
            : null;
    if (text == null) throw notText(address);
    ProbedText.Function function =
        text.at(address)
            .orElseThrow(
                () ->
                    new ProbeRefusedException(
                        Reason.NOT_TEXT, "0x%x is in no function of %s".formatted(address, text)));
    String why = blacklist.get(function.name());
    if (why != null) {
      throw new ProbeRefusedException(
          Reason.BLACKLISTED, "0x%x is in %s: %s".formatted(address, function.name(), why));
    }
    FunctionText read =
        functions.computeIfAbsent(
            text.memory().address() + function.offset(), _ -> read(text, function));
    int offset = (int) (address - text.memory().address()) - function.offset();
    Optional<String> refusal = read.instructions().refusal(offset);
    if (refusal.isPresent()) {
      throw new ProbeRefusedException(
          Reason.INSTRUCTION,
          "0x%x (%s+0x%x) %s".formatted(address, function.name(), offset, refusal.get()));
    }
    return new Place(text, function, address, read);
  }

  private FunctionText read(ProbedText text, ProbedText.Function function) {
    byte[] code = arming.pristine(text, function);
    return new FunctionText(code, codec.read(code));
  }

  private ProbeRefusedException notText(long address) {
    @Nullable Allocation there = allocator.find(address);
    boolean ours = detours.contains(address);
    return new ProbeRefusedException(
        ours ? Reason.TRACER : Reason.NOT_TEXT,
        "0x%x cannot be probed: there is %s"
            .formatted(address, there == null ? "nothing of this target" : there));
  }

  void enable(LiveProbe probe, boolean on) {
    locked(
        () -> {
          if (probe.closed || probe.enabled == on) return;
          probe.enabled = on;
          arrange(List.of(probe.at()));
        });
  }

  void remove(LiveProbe probe) {
    locked(
        () -> {
          if (!probe.closed) drop(probe);
        });
  }

  private void drop(LiveProbe probe) {
    Place place = probe.at();
    probe.closed = true;
    probe.enabled = false;
    place.probes.remove(probe);
    if (place.text().memory().state() == JitMemory.State.LIVE) arrange(List.of(place));
    else arming.abandon(place);
    if (place.probes.isEmpty()) {
      places.remove(place.address());
      allocator.afterGracePeriod(() -> dispatcher.remove(place.id));
    }
  }

  Optional<String> whyNotOptimized(LiveProbe probe) {
    lock.lock();
    try {
      return arming.whyNotJump(probe.at());
    } finally {
      unlock();
    }
  }

  /** {@return all probes, by address} */
  public List<Probe> probes() {
    lock.lock();
    try {
      List<Probe> all = new ArrayList<>();
      places.values().forEach(place -> all.addAll(place.probes));
      return all;
    } finally {
      unlock();
    }
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      unlock();
    }
  }

  /** Whoever has the lock does what came up meanwhile. */
  private void unlock() {
    try {
      if (lock.getHoldCount() == 1) arming.optimize();
    } finally {
      lock.unlock();
    }
    optimizeIfIdle();
  }

  /** By any thread, which must not wait: if somebody has the lock, they will see to it. */
  private void optimizeIfIdle() {
    while (arming.isReady() && !lock.isHeldByCurrentThread() && lock.tryLock()) {
      try {
        arming.optimize();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Takes all probes away, and what they needed. No function that is probed may return later. */
  @Override
  public void close() {
    locked(
        () -> {
          if (closed) return;
          List.copyOf(places.values())
              .forEach(place -> List.copyOf(place.probes).forEach(this::drop));
          closed = true;
          detours.close();
        });
  }
}
