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
import org.jitalloc.arch.trace.TextFunction;
import org.jitalloc.arch.trace.TraceableText;
import org.junit.jupiter.api.Test;

/** Texts reach who is to know them, whoever came first. */
final class HandedTextsTest {
  private final List<String> told = new ArrayList<>();
  private final HandedTexts<String> texts =
      new HandedTexts<>(
          new HandedTexts.Told<>() {
            @Override
            public Runnable came(String who, TraceableText text) {
              if (text.owner().equals("bad")) {
                throw new JitAllocException(JitAllocException.Reason.TEXT_MISMATCH, "on purpose");
              }
              told.add(who + "+" + text.owner());
              return () -> told.add(who + "-" + text.owner());
            }

            @Override
            public void isLive(String who) {
              told.add(who + "!");
            }
          });

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
  void texts_reachThoseOfTheirTarget_beforeOrAfter() {
    Text before = add("before", "host");
    add("elsewhere", "image");
    texts.listen("host", "h");
    Text after = add("after", "host");
    texts.update(after);
    texts.remove(before);
    texts.remove(after);
    assertEquals(List.of("h+before", "h+after", "h!", "h-before", "h-after"), told);
  }

  @Test
  void whoLeft_isToldNothingMore_andWhoComesThen_isToldAll() {
    texts.listen("host", "h");
    Text text = add("a", "host");
    texts.leave("h");
    texts.update(text);
    texts.listen("host", "i");
    texts.remove(text);
    assertEquals(List.of("h+a", "i+a", "i-a"), told);
  }

  @Test
  void textThatCannotBeUsed_isNotHeardOfAgain() {
    texts.listen("host", "h");
    Text bad = add("bad", "host");
    texts.update(bad);
    texts.remove(bad);
    add("good", "host");
    assertEquals(List.of("h+good"), told);
  }
}
