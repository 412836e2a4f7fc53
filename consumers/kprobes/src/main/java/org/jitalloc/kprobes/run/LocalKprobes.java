package org.jitalloc.kprobes.run;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jitalloc.Allocation;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.Purpose;
import org.jitalloc.Target;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.arch.trace.TextFunction;
import org.jitalloc.arch.trace.TraceableText;
import org.jitalloc.kprobes.Kprobes;
import org.jitalloc.kprobes.Probe;
import org.jitalloc.kprobes.ProbeRefusedException;
import org.jitalloc.kprobes.ProbeRefusedException.Reason;
import org.jitalloc.kprobes.ProbeRequest;
import org.jitalloc.kprobes.ReturnProbeRequest;
import org.jspecify.annotations.Nullable;

/** The probes of one target. */
public final class LocalKprobes implements Kprobes {
  private static final System.Logger LOG = System.getLogger("org.jitalloc.kprobes");

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
   * Makes the probes of a target.
   *
   * @param allocator the target's
   * @param codec that of its architecture
   */
  public LocalKprobes(JitAllocator allocator, ProbeCodec codec) {
    this.allocator = allocator;
    this.codec = codec;
    dispatcher = new Dispatcher(codec.registers());
    detours = new Detours(allocator, codec, dispatcher);
    arming = new Arming(allocator, detours);
  }

  @Override
  public Target target() {
    return allocator.target();
  }

  @Override
  public void add(TraceableText text) {
    locked(
        () -> {
          if (texts.putIfAbsent(text.memory().address(), ProbedText.of(text)) != null) {
            throw new JitAllocException(
                JitAllocException.Reason.INVALID_REQUEST,
                "this text can be probed already: %s %s".formatted(text.owner(), text.memory()));
          }
        });
  }

  @Override
  public void remove(TraceableText gone) {
    locked(
        () -> {
          ProbedText text = texts.get(gone.memory().address());
          if (text == null || !text.memory().equals(gone.memory())) return;
          List<Place> all = places.values().stream().filter(p -> p.text().equals(text)).toList();
          dropEach(all.stream().flatMap(p -> p.probes.stream()).toList());
          texts.remove(text.memory().address());
          functions.keySet().removeIf(text.memory().span()::contains);
        });
  }

  @Override
  public void blacklist(String function, String why) {
    locked(() -> blacklist.put(function, why));
  }

  @Override
  public Map<String, String> blacklist() {
    lock.lock();
    try {
      return new TreeMap<>(blacklist);
    } finally {
      unlock();
    }
  }

  @Override
  public long address(String function, int offset) {
    int colon = function.indexOf(':');
    String owner = function.substring(0, Math.max(colon, 0));
    String name = function.substring(colon + 1);
    lock.lock();
    try {
      for (ProbedText text : texts.values()) {
        if (colon < 0 || text.owner().equals(owner)) {
          Optional<TextFunction> found = text.functions().named(name);
          if (found.isPresent()) {
            return text.memory().address() + found.get().offset() + offset;
          }
        }
      }
    } finally {
      unlock();
    }
    throw new ProbeRefusedException(
        Reason.NO_SYMBOL, "no text that can be probed has a function " + function);
  }

  @Override
  public Probe register(long address, ProbeRequest request) {
    return register(Map.of(address, request)).getFirst();
  }

  @Override
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

  @Override
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
      try {
        drop(probes);
      } catch (RuntimeException again) {
        failure.addSuppressed(again);
      }
      throw failure;
    }
    return List.copyOf(probes);
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
    if (text.memory().state() != JitMemory.State.LIVE) {
      throw new ProbeRefusedException(
          Reason.NOT_TEXT,
          "0x%x is in text that is not live: %s".formatted(address, text.memory()));
    }
    TextFunction function =
        text.at(address)
            .orElseThrow(
                () ->
                    new ProbeRefusedException(
                        Reason.NOT_TEXT,
                        "0x%x is in no function of %s".formatted(address, text.memory())));
    String why = blacklist.get(function.name());
    if (why != null) {
      throw new ProbeRefusedException(
          Reason.BLACKLISTED, "0x%x is in %s: %s".formatted(address, function.name(), why));
    }
    FunctionText read =
        functions.computeIfAbsent(
            text.memory().address() + function.offset(), _ -> read(text, function));
    int offset = (int) (address - text.memory().address() - function.offset());
    Optional<String> refusal = read.instructions().refusal(offset);
    if (refusal.isPresent()) {
      throw new ProbeRefusedException(
          Reason.INSTRUCTION,
          "0x%x (%s+0x%x) %s".formatted(address, function.name(), offset, refusal.get()));
    }
    return new Place(text, function, address, read);
  }

  private FunctionText read(ProbedText text, TextFunction function) {
    byte[] code = arming.pristine(text, function);
    return new FunctionText(code, codec.read(code));
  }

  private ProbeRefusedException notText(long address) {
    @Nullable Allocation there = allocator.find(address);
    boolean ours =
        there != null && (there.purpose() == Purpose.KPROBES || there.purpose() == Purpose.FTRACE);
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
          if (!probe.closed) drop(List.of(probe));
        });
  }

  /** In one batch. If that fails, what stands there is not ours any more, and stays. */
  private void drop(List<LiveProbe> probes) {
    var changed = new LinkedHashSet<Place>();
    for (LiveProbe probe : probes) {
      probe.closed = true;
      probe.enabled = false;
      probe.at().probes.remove(probe);
      changed.add(probe.at());
    }
    var live = new ArrayList<Place>();
    for (Place place : changed) {
      if (place.text().memory().state() == JitMemory.State.LIVE) live.add(place);
      else arming.abandon(place);
      if (place.probes.isEmpty()) places.remove(place.address());
    }
    arrange(live);
    List<Place> empty = changed.stream().filter(place -> place.probes.isEmpty()).toList();
    if (!empty.isEmpty()) {
      allocator.afterGracePeriod(() -> empty.forEach(place -> dispatcher.remove(place.id)));
    }
  }

  /** As many as can be taken away: one that cannot does not keep others. */
  private void dropEach(List<LiveProbe> probes) {
    try {
      drop(probes);
    } catch (RuntimeException failure) {
      LOG.log(Level.WARNING, "not all probes can be taken away: " + probes.size(), failure);
      probes.stream().map(LiveProbe::at).distinct().forEach(this::arrangeAlone);
    }
  }

  private void arrangeAlone(Place place) {
    try {
      arrange(List.of(place));
    } catch (RuntimeException failure) {
      LOG.log(Level.WARNING, "a probe stays in the text: " + place.name(), failure);
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

  @Override
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

  @Override
  public void close() {
    locked(
        () -> {
          if (closed) return;
          dropEach(places.values().stream().flatMap(p -> p.probes.stream()).toList());
          closed = true;
          detours.close();
        });
  }
}
