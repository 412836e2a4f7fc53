package org.jitalloc.support;

import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocException;
import org.jitalloc.Target;
import org.jitalloc.arch.trace.TraceableText;
import org.jspecify.annotations.Nullable;

/**
 * Tells those who patch text of the texts that others handed in, each of those of its target,
 * whoever came first. Guarded by who has it.
 *
 * @param <S> who is told
 */
public final class HandedTexts<S> {
  private static final System.Logger LOG = System.getLogger("org.jitalloc.support");

  /**
   * How one is told.
   *
   * @param <S> who is told
   */
  public interface Told<S> {
    /**
     * A text came.
     *
     * @param who is told
     * @param text the text; forming or live
     * @throws JitAllocException if it cannot be used; that is logged, and nothing more is told
     */
    void came(S who, TraceableText text);

    /**
     * A text is live that was being formed.
     *
     * @param who is told
     * @param text the text
     */
    void isLive(S who, TraceableText text);

    /**
     * A text is going.
     *
     * @param who is told
     * @param text the text
     */
    void went(S who, TraceableText text);
  }

  private final Told<S> told;
  private final Map<TraceableText, String> targets = new LinkedHashMap<>();
  private final Map<String, S> listeners = new LinkedHashMap<>();

  /** Who knows a text: not who could not use it. */
  private final Map<TraceableText, S> known = new LinkedHashMap<>();

  /**
   * Makes it, without texts.
   *
   * @param told how those are told who are to know
   */
  public HandedTexts(Told<S> told) {
    this.told = told;
  }

  /**
   * Somebody came who is to know the texts of a target.
   *
   * @param target its name
   * @param who is told; in place of who was
   */
  public void listen(String target, S who) {
    listeners.put(target, who);
    List.copyOf(targets.keySet()).stream()
        .filter(text -> target.equals(targets.get(text)))
        .forEach(text -> tell(who, text));
  }

  /**
   * Somebody went. They are told nothing more.
   *
   * @param who it was
   */
  public void leave(S who) {
    listeners.values().remove(who);
    known.values().removeIf(it -> it.equals(who));
  }

  /**
   * A text was handed in.
   *
   * @param text the text
   * @param properties those of its service
   */
  public void add(TraceableText text, Map<String, ?> properties) {
    String target = String.valueOf(properties.get(Target.TARGET_PROPERTY));
    targets.put(text, target);
    @Nullable S who = listeners.get(target);
    if (who != null) {
      tell(who, text);
    }
  }

  /**
   * The properties of a text changed: the way to say that it is live now.
   *
   * @param text the text
   */
  public void update(TraceableText text) {
    @Nullable S who = known.get(text);
    if (who != null) {
      told.isLive(who, text);
    }
  }

  /**
   * A text is taken back.
   *
   * @param text the text
   */
  public void remove(TraceableText text) {
    targets.remove(text);
    @Nullable S who = known.remove(text);
    if (who != null) {
      told.went(who, text);
    }
  }

  private void tell(S who, TraceableText text) {
    try {
      told.came(who, text);
      known.put(text, who);
    } catch (JitAllocException failure) {
      LOG.log(Level.WARNING, "text of " + text.owner() + " cannot be patched", failure);
    }
  }
}
