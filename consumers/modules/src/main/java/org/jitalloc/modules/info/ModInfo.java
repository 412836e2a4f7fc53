package org.jitalloc.modules.info;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** What a module says of itself: keys with values, some more than once. Immutable. */
public final class ModInfo {
  private final SequencedMap<String, List<String>> values;

  private ModInfo(SequencedMap<String, List<String>> values) {
    this.values = values;
  }

  /**
   * Reads a section {@code .modinfo}. Strings without {@code =} say nothing and are skipped.
   *
   * @param section its bytes, from the position to the limit, which are not changed
   * @return the keys and values
   * @throws IllegalArgumentException if the last string does not end
   */
  public static ModInfo parse(ByteBuffer section) {
    byte[] bytes = new byte[section.remaining()];
    section.duplicate().get(bytes);
    if (bytes.length > 0 && bytes[bytes.length - 1] != 0) {
      throw new IllegalArgumentException(
          ".modinfo has %d bytes, and the last string does not end".formatted(bytes.length));
    }
    SequencedMap<String, List<String>> values = new LinkedHashMap<>();
    for (int from = 0; from < bytes.length; from++) {
      int end = from;
      while (bytes[end] != 0) {
        end++;
      }
      add(values, new String(bytes, from, end - from, StandardCharsets.UTF_8));
      from = end;
    }
    return new ModInfo(values);
  }

  private static void add(Map<String, List<String>> values, String string) {
    int equals = string.indexOf('=');
    if (equals > 0) {
      values
          .computeIfAbsent(string.substring(0, equals), _ -> new ArrayList<>())
          .add(string.substring(equals + 1));
    }
  }

  /**
   * Gives the value of a key that is there once.
   *
   * @param key as {@code license}
   * @return the first value; empty if there is none
   */
  public Optional<String> first(String key) {
    return all(key).stream().findFirst();
  }

  /**
   * Gives all values of a key.
   *
   * @param key as {@code alias}
   * @return the values, in the order they are in
   */
  public List<String> all(String key) {
    return List.copyOf(values.getOrDefault(key, List.of()));
  }

  /**
   * Gives the keys there are.
   *
   * @return each once, in the order they come first
   */
  public List<String> keys() {
    return List.copyOf(values.keySet());
  }

  /**
   * Whether a key has the value that means yes.
   *
   * @param key as {@code intree}
   * @return whether its first value begins with {@code Y}
   */
  public boolean isYes(String key) {
    return first(key).filter(value -> value.startsWith("Y")).isPresent();
  }

  /**
   * The modules this one cannot be without, as whoever linked it saw it.
   *
   * @return their names
   */
  public List<String> depends() {
    return first("depends").stream()
        .flatMap(names -> Arrays.stream(names.split(",")))
        .filter(name -> !name.isEmpty())
        .map(ModuleName::of)
        .toList();
  }

  /**
   * What this one works better with.
   *
   * @return one for each {@code softdep}
   */
  public List<SoftDependency> softDependencies() {
    return all("softdep").stream().map(SoftDependency::parse).toList();
  }

  /**
   * The parameters it has.
   *
   * @return each once, those that are described before those of which only the type is told
   */
  public List<ParameterInfo> parameters() {
    SequencedMap<String, ParameterInfo> found = new LinkedHashMap<>();
    for (String text : all("parm")) {
      String[] parts = split(text);
      found.put(parts[0], new ParameterInfo(parts[0], "", parts[1]));
    }
    for (String text : all("parmtype")) {
      String[] parts = split(text);
      found.merge(
          parts[0],
          new ParameterInfo(parts[0], parts[1], ""),
          (described, typed) ->
              new ParameterInfo(described.name(), typed.type(), described.description()));
    }
    return List.copyOf(found.values());
  }

  private static String[] split(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? new String[] {text, ""}
        : new String[] {text.substring(0, colon), text.substring(colon + 1)};
  }
}
