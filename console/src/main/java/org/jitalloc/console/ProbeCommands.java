package org.jitalloc.console;

import java.util.List;
import java.util.stream.Stream;
import org.apache.felix.service.command.Descriptor;
import org.jitalloc.Target;
import org.jitalloc.console.CommandSyntax.Arguments;
import org.jitalloc.kprobes.Kprobes;
import org.jitalloc.kprobes.Probe;
import org.jitalloc.kprobes.ProbeEvents;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The commands {@code probe:…}: the kernel's files of kprobes and kprobe events. */
@Component(
    service = ProbeCommands.class,
    property = {
      "osgi.command.scope=probe",
      "osgi.command.function=events",
      "osgi.command.function=enable",
      "osgi.command.function=disable",
      "osgi.command.function=show",
      "osgi.command.function=profile",
      "osgi.command.function=list",
      "osgi.command.function=blacklist"
    })
public final class ProbeCommands {
  private static final CommandSyntax EVENTS =
      new CommandSyntax("probe:events [--target TARGET] [--clear] [DEFINITION…]", 0, "--target")
          .withMore()
          .withFlags("--clear");
  private static final CommandSyntax ENABLE =
      new CommandSyntax("probe:enable [--target TARGET] EVENT…", 1, "--target").withMore();
  private static final CommandSyntax DISABLE =
      new CommandSyntax("probe:disable [--target TARGET] EVENT…", 1, "--target").withMore();
  private static final CommandSyntax SHOW =
      new CommandSyntax("probe:show [--target TARGET] [--clear]", 0, "--target")
          .withFlags("--clear");
  private static final CommandSyntax PROFILE =
      new CommandSyntax("probe:profile [--target TARGET]", 0, "--target");
  private static final CommandSyntax LIST =
      new CommandSyntax("probe:list [--target TARGET]", 0, "--target");
  private static final CommandSyntax BLACKLIST =
      new CommandSyntax("probe:blacklist [--target TARGET] [FUNCTION…]", 0, "--target").withMore();

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  private volatile List<Kprobes> all = List.of();

  /** Called by Declarative Services. */
  public ProbeCommands() {}

  /**
   * {@code probe:events}.
   *
   * @param words options and a definition
   */
  @Descriptor(
      """
      defines or removes an event at an instruction, or prints all events (kprobe_events)

         usage: probe:events [--target TARGET] [--clear] [DEFINITION…]

         DEFINITION  p[:[GROUP/]EVENT] [MODULE:]SYMBOL[+OFFSET]|ADDRESS [ARGUMENT…]
                     r[MAXACTIVE][:[GROUP/]EVENT] [MODULE:]SYMBOL [ARGUMENT…]
                     -:[GROUP/]EVENT, of which there may be several
         ARGUMENT    [NAME=]FETCH[:TYPE], where FETCH is %register, $argN, $retval, $stack, $comm
                     or \\number, and TYPE u8 to u64, s8 to s64, x8 to x64 (x64 without)
         --clear     removes all events first
         --target    mem:targets lists them (default: host)

         A new event is disabled. Quote words with $ and %.

         example: probe:events p:mine add+4 'a=$arg1:s32'; probe:enable mine
      """)
  public void events(@Descriptor("see usage") String... words) {
    List<String> removals = Stream.of(words).filter(ProbeCommands::isRemoval).toList();
    List<String> others = Stream.of(words).filter(word -> !isRemoval(word)).toList();
    Arguments arguments = EVENTS.parse(others.toArray(String[]::new));
    ProbeEvents events = probes(arguments).events();
    removals.forEach(events::write);
    if (arguments.has("--clear")) {
      events.clear();
    }
    if (!arguments.operands().isEmpty()) {
      events.write(String.join(" ", arguments.operands()));
    } else if (!arguments.has("--clear") && removals.isEmpty()) {
      events.definitions().forEach(System.out::println);
    }
  }

  /** A removal begins as an option. */
  private static boolean isRemoval(String word) {
    return word.startsWith("-:");
  }

  /**
   * {@code probe:enable}.
   *
   * @param words options and events
   */
  @Descriptor(
      """
      records events when they are hit (events/…/enable)

         usage: probe:enable [--target TARGET] EVENT…

         EVENT  [GROUP/]EVENT, or '*' for all
      """)
  public void enable(@Descriptor("see usage") String... words) {
    Arguments arguments = ENABLE.parse(words);
    ProbeEvents events = probes(arguments).events();
    arguments.operands().forEach(event -> events.enable(event, true));
  }

  /**
   * {@code probe:disable}.
   *
   * @param words options and events
   */
  @Descriptor(
      """
      stops recording events, and restores the code (events/…/enable)

         usage: probe:disable [--target TARGET] EVENT…

         EVENT  [GROUP/]EVENT, or '*' for all
      """)
  public void disable(@Descriptor("see usage") String... words) {
    Arguments arguments = DISABLE.parse(words);
    ProbeEvents events = probes(arguments).events();
    arguments.operands().forEach(event -> events.enable(event, false));
  }

  /**
   * {@code probe:show}.
   *
   * @param words options
   */
  @Descriptor(
      """
      prints the recorded hits of events (trace)

         usage: probe:show [--target TARGET] [--clear]

         --clear  then deletes them
      """)
  public void show(@Descriptor("see usage") String... words) {
    Arguments arguments = SHOW.parse(words);
    ProbeEvents events = probes(arguments).events();
    ProbeEvents.Trace trace = arguments.has("--clear") ? events.drainTrace() : events.trace();
    trace.lines().forEach(System.out::println);
    if (trace.lost() > 0) {
      System.out.println("# lost: %d too old".formatted(trace.lost()));
    }
  }

  /**
   * {@code probe:profile}.
   *
   * @param words options
   */
  @Descriptor(
      """
      prints the numbers of hits and misses of events (kprobe_profile)

         usage: probe:profile [--target TARGET]
      """)
  public void profile(@Descriptor("see usage") String... words) {
    for (ProbeEvents.Profile of : probes(PROFILE.parse(words)).events().profile()) {
      System.out.println("  %-44s %15d %15d".formatted(of.event(), of.hits(), of.missed()));
    }
  }

  /**
   * {@code probe:list}.
   *
   * @param words options
   */
  @Descriptor(
      """
      lists the probes of all users (kprobes/list)

         usage: probe:list [--target TARGET]

         Address, k or r (return probe), function, and [DISABLED] or [OPTIMIZED] (a jump, no breakpoint)
      """)
  public void list(@Descriptor("see usage") String... words) {
    for (Probe probe : probes(LIST.parse(words)).probes()) {
      System.out.println(probe);
    }
  }

  /**
   * {@code probe:blacklist}.
   *
   * @param words options and functions
   */
  @Descriptor(
      """
      forbids probes in functions, or prints these functions (kprobes/blacklist)

         usage: probe:blacklist [--target TARGET] [FUNCTION…]
      """)
  public void blacklist(@Descriptor("see usage") String... words) {
    Arguments arguments = BLACKLIST.parse(words);
    Kprobes probes = probes(arguments);
    arguments.operands().forEach(function -> probes.blacklist(function, "by probe:blacklist"));
    if (arguments.operands().isEmpty()) {
      probes.blacklist().forEach((function, why) -> System.out.println(function + "\t" + why));
    }
  }

  private Kprobes probes(Arguments arguments) {
    String target = arguments.option("--target", Target.HOST);
    return new ServicesByTarget<>(all, Kprobes::target, "be probed").of(target);
  }
}
