package org.jitalloc.support;

import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jitalloc.JitAllocException;
import org.jitalloc.Target;
import org.jitalloc.arch.trace.TraceableText;
import org.jspecify.annotations.Nullable;

/**
 * Tells those who patch text of the texts that others handed in, each of those of its target,
 * whoever came first. For any thread: of each text one after the other is told, under a lock of
 * that text. When {@link #remove} returns, nobody knows it any more.
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
     * @return what tells them that the text is going
     * @throws JitAllocException if it cannot be used; that is logged, and nothing more is told
     */
    Runnable came(S who, TraceableText text);

    /**
     * A text is live that was being formed.
     *
     * @param who is told
     */
    void isLive(S who);
  }

  private final Told<S> told;

  /** In the order in which they came; so is told of them. */
  private final Map<TraceableText, Entry> entries =
      Collections.synchronizedMap(new LinkedHashMap<>());

  /** By the names of their targets. */
  private final Map<String, S> listeners = new ConcurrentHashMap<>();

  private record Known<S>(S who, Runnable went) {}

  /** A text; its monitor guards the rest. */
  private final class Entry {
    private final TraceableText text;
    private final String target;
    private boolean gone;

    /** Not of who could not use it. */
    private @Nullable Known<S> known;

    Entry(TraceableText text, String target) {
      this.text = text;
      this.target = target;
    }

    synchronized void tell() {
      S who = listeners.get(target);
      if (gone || who == null || known != null) {
        return;
      }
      try {
        known = new Known<>(who, told.came(who, text));
      } catch (JitAllocException failure) {
        LOG.log(Level.WARNING, "text of " + text.owner() + " cannot be patched", failure);
      }
    }

    synchronized void isLive() {
      if (known != null) {
        told.isLive(known.who);
      }
    }

    synchronized void isGone() {
      gone = true;
      Known<S> last = known;
      known = null;
      if (last != null) {
        last.went.run();
      }
    }

    synchronized void forget(S who) {
      if (known != null && known.who.equals(who)) {
        known = null;
      }
    }
  }

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
   * @param who is told; who was told before has left
   */
  public void listen(String target, S who) {
    listeners.put(target, who);
    all().stream().filter(entry -> entry.target.equals(target)).forEach(Entry::tell);
  }

  /**
   * Somebody went. They are told nothing more.
   *
   * @param who it was
   */
  public void leave(S who) {
    listeners.values().remove(who);
    all().forEach(entry -> entry.forget(who));
  }

  private List<Entry> all() {
    synchronized (entries) {
      return List.copyOf(entries.values());
    }
  }

  /**
   * A text was handed in.
   *
   * @param text the text
   * @param properties those of its service
   */
  public void add(TraceableText text, Map<String, ?> properties) {
    Entry entry = new Entry(text, String.valueOf(properties.get(Target.TARGET_PROPERTY)));
    entries.put(text, entry);
    entry.tell();
  }

  /**
   * The properties of a text changed: the way to say that it is live now.
   *
   * @param text the text
   */
  public void update(TraceableText text) {
    Entry entry = entries.get(text);
    if (entry != null) {
      entry.isLive();
    }
  }

  /**
   * A text is taken back.
   *
   * @param text the text
   */
  public void remove(TraceableText text) {
    Entry entry = entries.remove(text);
    if (entry != null) {
      entry.isGone();
    }
  }
}
