package org.jitalloc.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Target;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TextPatcher;
import org.jitalloc.text.TraceableText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each text reaches the patcher of its target, whichever of both comes first. */
final class TextWhiteboardTest {
  private final List<String> told = new ArrayList<>();
  private final TextWhiteboard<Recorder> texts = new TextWhiteboard<>();

  /** Records the calls that it gets. */
  private record Recorder(String name, List<String> told) implements TextPatcher {
    @Override
    public KnownText add(TraceableText text) {
      if (text.owner().equals("stopped")) {
        throw new IllegalStateException("the bundle of the service is stopped");
      }
      if (text.owner().equals("unlinked")) {
        throw new NoClassDefFoundError("on purpose");
      }
      if (text.owner().equals("bad")) {
        throw new JitAllocException(JitAllocException.Reason.TEXT_MISMATCH, "on purpose");
      }
      told.add(name + "+" + text.owner());
      return () -> told.add(name + "-" + text.owner());
    }

    @Override
    public void textsPublished() {
      told.add(name + "!");
    }
  }

  private Recorder patcher(String name) {
    return new Recorder(name, told);
  }

  private record Text(String owner, JitMemory memory) implements TraceableText {
    @Override
    public byte[] callSites() {
      return new byte[0];
    }

    @Override
    public List<TextFunction> functions() {
      return List.of();
    }
  }

  private static Text text(String owner) {
    return new Text(owner, JitAlloc.newImage("texts", "amd64").allocate(ModMemType.TEXT, 16));
  }

  private Text add(String owner, String target) {
    Text text = text(owner);
    texts.add(text, Map.of(Target.TARGET_PROPERTY, target));
    return text;
  }

  @Test
  void texts_ofTheTarget_areGivenToItsPatcher_beforeAndAfter() {
    Text before = add("before", "host");
    add("elsewhere", "image");
    texts.addPatcher("host", patcher("h"));
    Text after = add("after", "host");
    texts.update(after);
    texts.remove(before);
    texts.remove(after);
    assertEquals(List.of("h+before", "h+after", "h!", "h-before", "h-after"), told);
  }

  @Test
  void patcher_removed_isNotCalled_andItsSuccessorGetsAllTexts() {
    texts.addPatcher("host", patcher("h"));
    Text text = add("a", "host");
    texts.removePatcher(patcher("h"));
    texts.update(text);
    texts.addPatcher("host", patcher("i"));
    texts.remove(text);
    assertEquals(List.of("h+a", "i+a", "i-a"), told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bad", "stopped", "unlinked"})
  void text_thatFails_doesNotKeepTheOthers(String failing) {
    add(failing, "host");
    add("good1", "host");
    add("good2", "host");
    texts.addPatcher("host", patcher("h"));
    assertEquals(List.of("h+good1", "h+good2"), told);
  }

  @Test
  void text_refused_isNotGivenAgain() {
    texts.addPatcher("host", patcher("h"));
    Text bad = add("bad", "host");
    texts.update(bad);
    texts.remove(bad);
    add("good", "host");
    assertEquals(List.of("h+good"), told);
  }
}
