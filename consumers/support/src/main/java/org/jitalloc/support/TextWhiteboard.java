package org.jitalloc.support;

import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jitalloc.Target;
import org.jitalloc.text.TextPatcher;
import org.jitalloc.text.TextPatcher.KnownText;
import org.jitalloc.text.TraceableText;
import org.jspecify.annotations.Nullable;

/**
 * Adds the texts that loaders register to the patcher of their target, whichever of both comes
 * first. For any thread. Calls about one text are serialised, under a lock of that text. When
 * {@link #remove} returns, no patcher knows the text.
 *
 * @param <S> the patcher
 */
public final class TextWhiteboard<S extends TextPatcher> {
  private static final System.Logger LOG = System.getLogger("org.jitalloc.support");

  /** In the order of registration, which is the order in which patchers get the texts. */
  private final Map<TraceableText, Entry> entries =
      Collections.synchronizedMap(new LinkedHashMap<>());

  /** By the names of their targets. */
  private final Map<String, S> patchers = new ConcurrentHashMap<>();

  private record Known<S>(S patcher, KnownText text) {}

  /** A text; its monitor guards its fields. */
  private final class Entry {
    private final TraceableText text;
    private final String target;
    private boolean removed;

    /** Null if no patcher knows the text, or the patcher refused it. */
    private @Nullable Known<S> known;

    Entry(TraceableText text, String target) {
      this.text = text;
      this.target = target;
    }

    synchronized void addToPatcher() {
      S patcher = patchers.get(target);
      if (removed || patcher == null || known != null) {
        return;
      }
      try {
        known = new Known<>(patcher, patcher.add(text));
      } catch (RuntimeException | Error failure) {
        LOG.log(Level.WARNING, "text cannot be patched: " + text, failure);
      }
    }

    synchronized void publish() {
      if (known != null) {
        known.patcher.textsPublished();
      }
    }

    synchronized void remove() {
      removed = true;
      Known<S> last = known;
      known = null;
      if (last != null) {
        last.text.close();
      }
    }

    synchronized void forget(S patcher) {
      if (known != null && known.patcher.equals(patcher)) {
        known = null;
      }
    }
  }

  /** Makes it, without texts and patchers. */
  public TextWhiteboard() {}

  /**
   * Adds the patcher of a target, and gives it the texts of the target.
   *
   * @param target the name of the target
   * @param patcher replaces the patcher before it
   */
  public void addPatcher(String target, S patcher) {
    patchers.put(target, patcher);
    all().stream().filter(entry -> entry.target.equals(target)).forEach(Entry::addToPatcher);
  }

  /**
   * Removes a patcher. It is not called any more once this returns.
   *
   * @param patcher the patcher
   */
  public void removePatcher(S patcher) {
    patchers.values().remove(patcher);
    all().forEach(entry -> entry.forget(patcher));
  }

  private List<Entry> all() {
    synchronized (entries) {
      return List.copyOf(entries.values());
    }
  }

  /**
   * Adds a text. A text that its patcher refuses is logged, and not given to it again.
   *
   * @param text the text
   * @param properties the properties of its service
   */
  public void add(TraceableText text, Map<String, ?> properties) {
    var entry = new Entry(text, String.valueOf(properties.get(Target.TARGET_PROPERTY)));
    entries.put(text, entry);
    entry.addToPatcher();
  }

  /**
   * Tells the patcher that the properties of a text changed, which a loader does when the text is
   * live.
   *
   * @param text the text
   */
  public void update(TraceableText text) {
    Entry entry = entries.get(text);
    if (entry != null) {
      entry.publish();
    }
  }

  /**
   * Removes a text.
   *
   * @param text the text
   */
  public void remove(TraceableText text) {
    Entry entry = entries.remove(text);
    if (entry != null) {
      entry.remove();
    }
  }
}
