package org.jitalloc.modules.parameters;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jitalloc.modules.info.ParameterInfo;

/**
 * The parameters of a module, set by a command line.
 *
 * @param values by the name the module has for it; the last one counts where one is given twice
 * @param unknown words that are for no parameter of it; worth a warning, no more
 */
public record ModuleParameters(Map<String, ParameterValue> values, List<Argument> unknown) {
  /** Words that every module takes, and the kernel itself looks at. */
  private static final Set<String> OF_ALL = Set.of("async_probe", "dyndbg");

  /** Copies. */
  public ModuleParameters {
    values = Map.copyOf(values);
    unknown = List.copyOf(unknown);
  }

  /** What came of a command line. */
  public sealed interface Outcome {
    /**
     * All fits.
     *
     * @param parameters the values
     */
    record Set(ModuleParameters parameters) implements Outcome {}

    /**
     * A word does not fit; the module is not to be loaded.
     *
     * @param parameter its name
     * @param why what is wrong
     */
    record Refused(String parameter, ParameterValue.Refused why) implements Outcome {}
  }

  /**
   * Reads a command line for a module.
   *
   * @param line as {@code debug=3 mode="a b"}
   * @param parameters that the module has. Values of a type that it defines itself are taken as
   *     text
   * @return the values, or the first that is none
   */
  public static Outcome parse(String line, List<ParameterInfo> parameters) {
    SequencedMap<String, ParameterValue> values = new LinkedHashMap<>();
    List<Argument> unknown = new ArrayList<>();
    for (Argument word : Arguments.parse(line).words()) {
      Optional<ParameterInfo> known =
          parameters.stream().filter(parameter -> word.isFor(parameter.name())).findFirst();
      if (known.isEmpty()) {
        if (!OF_ALL.contains(word.name())) {
          unknown.add(word);
        }
        continue;
      }
      ParameterValue value = value(known.get(), word);
      if (value instanceof ParameterValue.Refused why) {
        return new Outcome.Refused(known.get().name(), why);
      }
      values.put(known.get().name(), value);
    }
    return new Outcome.Set(new ModuleParameters(values, unknown));
  }

  private static ParameterValue value(ParameterInfo parameter, Argument word) {
    ParameterType type = ParameterType.named(parameter.type()).orElse(ParameterType.CHARP);
    return ParameterType.isArray(parameter.type())
        ? type.parseArray(word.value(), Integer.MAX_VALUE)
        : type.parse(word.value());
  }
}
