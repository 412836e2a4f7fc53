package org.jitalloc.console;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jitalloc.Target;
import org.jitalloc.console.command.CommandException;

/**
 * Services of one kind, one for each target.
 *
 * @param services the registered services
 * @param targetOf returns the target of a service
 * @param what the ability of a target with such a service, such as "be probed"
 */
record ServicesByTarget<S>(List<S> services, Function<S, Target> targetOf, String what) {

  /**
   * {@return the service of a target; if there is none, the error names the targets that have one}
   */
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
        ? "none; is its bundle started?"
        : services.stream()
            .map(service -> targetOf.apply(service).name())
            .sorted()
            .collect(Collectors.joining(", "));
  }
}
