package org.jitalloc.arch.support.asm;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Code that is the text of what was asked for, a line a request; labels are numbered as they
 * appear.
 */
public final class TextCode implements CodeWriter {
  private final List<String> lines = new ArrayList<>();
  private final Map<Label, Integer> labels = new HashMap<>();
  private final Function<Object, String> showing;
  private final boolean allLabels;

  /**
   * Begins.
   *
   * @param showing what arguments of requests look like that are no labels
   * @param allLabels whether labels are shown that nothing before them goes to
   */
  public TextCode(Function<Object, String> showing, boolean allLabels) {
    this.allLabels = allLabels;
    this.showing = showing;
  }

  /** {@return the requests} */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** {@return an emitter that writes here} */
  public <T> T part(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              var all = arguments == null ? new Object[0] : arguments;
              String rest = Arrays.stream(all).map(this::show).collect(Collectors.joining(" "));
              lines.add((method.getName() + " " + rest).strip());
              return null;
            }));
  }

  private String show(Object argument) {
    return argument instanceof Label label ? name(label) : showing.apply(argument);
  }

  private String name(Label label) {
    return "L" + labels.computeIfAbsent(label, _ -> labels.size());
  }

  @Override
  public void bind(Label label) {
    label.bind(lines.size(), 0);
    if (allLabels || labels.containsKey(label)) {
      lines.add(name(label) + ":");
    }
  }

  @Override
  public void jump(Label target) {
    lines.add("jump " + name(target));
  }

  @Override
  public byte[] finish() {
    return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int offset(Label label) {
    return label.position();
  }
}
