package org.jitalloc.console;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jitalloc.Target;
import org.jitalloc.console.command.CommandException;

/**
 * Services of which each target has one.
 *
 * @param services those that are there now
 * @param targetOf the target that one is of
 * @param what what a target can if it has one, such as "be probed"
 */
record ServicesByTarget<S>(List<S> services, Function<S, Target> targetOf, String what) {

  /** The one of a target; if there is none, says which there are. */
  S of(String target) {
    return services.stream()
        .filter(service -> targetOf.apply(service).name().equals(target))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandException(
                    "%s cannot %s; these can: %s".formatted(target, what, names())));
  }

  private String names() {
    return services.isEmpty()
        ? "none; is the bundle started that does it?"
        : services.stream()
            .map(service -> targetOf.apply(service).name())
            .sorted()
            .collect(Collectors.joining(", "));
  }
}
