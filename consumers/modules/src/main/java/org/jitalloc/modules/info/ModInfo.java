package org.jitalloc.modules.info;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** What a module says of itself: keys with values, some more than once. Immutable. */
public final class ModInfo {
  /** The section it is in. */
  public static final String SECTION = ".modinfo";

  /** Of an object that says nothing. */
  public static final ModInfo NOTHING = new ModInfo(List.of());

  private static final List<String> OF_PARAMETERS = List.of("parm", "parmtype");

  private final List<Entry> entries;
  private final SequencedMap<String, List<String>> values = new LinkedHashMap<>();

  /** A key and a value. */
  private record Entry(String key, String value) {}

  private ModInfo(List<Entry> entries) {
    this.entries = entries;
    for (Entry entry : entries) {
      values.computeIfAbsent(entry.key(), _ -> new ArrayList<>()).add(entry.value());
    }
  }

  /**
   * Reads a section {@code .modinfo}. Strings without {@code =} say nothing and are skipped.
   *
   * @param section its bytes, from the position to the limit, which are not changed
   * @return the keys and values
   * @throws IllegalArgumentException if the last string does not end
   */
  public static ModInfo parse(ByteBuffer section) {
    var bytes = new byte[section.remaining()];
    section.duplicate().get(bytes);
    if (bytes.length > 0 && bytes[bytes.length - 1] != 0) {
      throw new IllegalArgumentException(
          ".modinfo has %d bytes, and the last string does not end".formatted(bytes.length));
    }
    List<Entry> entries = new ArrayList<>();
    for (int from = 0; from < bytes.length; from++) {
      int end = from;
      while (bytes[end] != 0) {
        end++;
      }
      add(entries, new String(bytes, from, end - from, StandardCharsets.UTF_8));
      from = end;
    }
    return new ModInfo(entries);
  }

  private static void add(List<Entry> entries, String string) {
    int equals = string.indexOf('=');
    if (equals > 0) {
      entries.add(new Entry(string.substring(0, equals), string.substring(equals + 1)));
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

  /**
   * What {@code modinfo} prints of it, but for the name of the file and the signature.
   *
   * @return a line for each value, parameters last
   */
  public String text() {
    var text = new StringBuilder();
    for (Entry entry : entries) {
      if (!OF_PARAMETERS.contains(entry.key())) {
        text.append("%-16s%s\n".formatted(entry.key() + ":", entry.value()));
      }
    }
    for (ParameterInfo parameter : parameters()) {
      String type = parameter.type().isEmpty() ? "" : " (%s)".formatted(parameter.type());
      text.append(
          "%-16s%s:%s%s\n".formatted("parm:", parameter.name(), parameter.description(), type));
    }
    return text.toString();
  }
}
