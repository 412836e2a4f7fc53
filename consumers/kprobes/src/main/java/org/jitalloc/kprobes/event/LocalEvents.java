package org.jitalloc.kprobes.event;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.kprobes.Kprobes;
import org.jitalloc.kprobes.Probe;
import org.jitalloc.kprobes.ProbeEvents;
import org.jitalloc.kprobes.ProbeHandler;
import org.jitalloc.kprobes.ProbeRequest;
import org.jitalloc.kprobes.ReturnProbeRequest;

/** The events of one target. */
public final class LocalEvents implements ProbeEvents {
  /*
   * The monitor guards the events. The locks of the function tracer and of the probes are taken
   * under it. The probe of an event is removed with its text; the event stays, and gets a new probe
   * when it is enabled again.
   */
  private static final Pattern REMOVAL = Pattern.compile("-:(?:([A-Za-z_]\\w*)/)?([A-Za-z_]\\w*)");

  private final Kprobes probes;
  private final CallingConvention convention;
  private final EventLog log = new EventLog();
  private final Map<String, Event> events = new LinkedHashMap<>();

  /** An event and its probe, which is replaced when its text is registered again. */
  private static final class Event {
    private final Definition definition;
    private Probe probe;

    Event(Definition definition, Probe probe) {
      this.definition = definition;
      this.probe = probe;
    }
  }

  /**
   * Creates it, without events.
   *
   * @param probes the probes of the target
   * @param registers the names of its registers
   */
  public LocalEvents(Kprobes probes, List<String> registers) {
    this.probes = probes;
    convention = CallingConvention.of(registers);
  }

  @Override
  public synchronized void write(String line) {
    Matcher removal = REMOVAL.matcher(line.strip());
    if (removal.matches()) {
      remove(removal.group(1), removal.group(2));
      return;
    }
    Definition definition = Definition.parse(line, convention);
    String key = key(definition.group(), definition.event());
    if (events.containsKey(key)) {
      throw Definition.wrong(
          "the event %s exists: remove it by -:%s, or name the new one".formatted(key, key));
    }
    events.put(key, new Event(definition, probe(definition)));
  }

  private static String key(String group, String event) {
    return group + "/" + event;
  }

  private void remove(String group, String event) {
    Event gone = find(group == null ? event : key(group, event));
    requireDisabled(gone);
    gone.probe.close();
    events.values().remove(gone);
  }

  private static void requireDisabled(Event event) {
    if (event.probe.isEnabled()) {
      throw new JitAllocException(
          Reason.WRONG_STATE,
          "the event %s is enabled: disable it first"
              .formatted(key(event.definition.group(), event.definition.event())));
    }
  }

  /** Finds an event by group and name, or by name only, as the kernel does. */
  private Event find(String name) {
    for (var entry : events.entrySet()) {
      if (entry.getKey().equals(name) || entry.getValue().definition.event().equals(name)) {
        return entry.getValue();
      }
    }
    throw Definition.wrong(
        "there is no event %s; there %s"
            .formatted(
                name, events.isEmpty() ? "are none" : "are " + String.join(", ", events.keySet())));
  }

  /** Registers the probe of an event, disabled. */
  private Probe probe(Definition definition) {
    Definition.Place place = definition.place();
    long address =
        place.symbol().isEmpty()
            ? place.offset()
            : probes.address(place.symbol(), Math.toIntExact(place.offset()));
    if (!definition.isReturn()) {
      return probes.register(
          address, new ProbeRequest(handler(definition, place.toString()), null, false, true));
    }
    ReturnProbeRequest usual = ReturnProbeRequest.of(handler(definition, place.toString()));
    OptionalInt maxActive = definition.maxActive();
    return probes.registerReturn(
        address,
        new ReturnProbeRequest(null, usual.returns(), maxActive.orElse(usual.maxActive()), false));
  }

  private ProbeHandler handler(Definition definition, String place) {
    List<Fetch> arguments = definition.arguments();
    return registers -> {
      var what = new StringBuilder(definition.event()).append(": (");
      if (definition.isReturn()) {
        what.append("0x%x <- ".formatted(registers.top()));
      }
      what.append(place).append(')');
      for (Fetch argument : arguments) {
        what.append(' ').append(argument.fetch(registers));
      }
      log.write(what.toString());
    };
  }

  @Override
  public synchronized void clear() {
    events.values().forEach(LocalEvents::requireDisabled);
    probes.unregister(events.values().stream().map(event -> event.probe).toList());
    events.clear();
  }

  @Override
  public synchronized List<String> definitions() {
    return events.values().stream().map(event -> event.definition.toString()).toList();
  }

  @Override
  public synchronized void enable(String name, boolean on) {
    List<Event> chosen = name.equals("*") ? List.copyOf(events.values()) : List.of(find(name));
    RuntimeException failed = null;
    for (Event event : chosen) {
      try {
        enable(event, on);
      } catch (RuntimeException failure) {
        if (failed == null) {
          failed = failure;
        } else {
          failed.addSuppressed(failure);
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  private void enable(Event event, boolean on) {
    if (!on) {
      event.probe.disable();
      return;
    }
    if (event.probe.isGone()) {
      event.probe = probe(event.definition);
    }
    event.probe.enable();
  }

  @Override
  public synchronized List<Profile> profile() {
    return events.values().stream()
        .map(
            event ->
                new Profile(
                    event.definition.group(),
                    event.definition.event(),
                    event.probe.isEnabled(),
                    event.probe.hits(),
                    event.probe.missed()))
        .toList();
  }

  @Override
  public Trace trace() {
    return log.trace();
  }

  @Override
  public Trace drainTrace() {
    return log.drain();
  }

  @Override
  public void clearTrace() {
    log.clear();
  }
}
