package org.jitalloc.ftrace.filter;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.ftrace.site.SiteGroup;
import org.jitalloc.ftrace.site.SiteTable;

/**
 * A set of functions that is written and read like the kernel's files {@code set_ftrace_filter} and
 * {@code set_ftrace_notrace}. Not thread-safe.
 *
 * <p>Words are looked up when they are written: what is kept are functions. Only words with a
 * module are remembered, too, and looked up again when text of such a module comes.
 */
public final class FunctionFilter {

  private final SiteTable table;
  private SiteSet chosen = new SiteSet();
  private List<Selector> remembered = new ArrayList<>();

  /** Whether nothing was asked for: what was asked for may be gone by now. */
  private boolean empty = true;

  /**
   * Makes an empty filter.
   *
   * @param table the functions there are
   */
  public FunctionFilter(SiteTable table) {
    this.table = table;
  }

  /** {@return a filter that chooses the same, and can be changed apart} */
  public FunctionFilter copy() {
    var copy = new FunctionFilter(table);
    copy.chosen = new SiteSet(chosen);
    copy.remembered = new ArrayList<>(remembered);
    copy.empty = empty;
    return copy;
  }

  /**
   * Writes words.
   *
   * @param words see the kernel's documentation: names with {@code *}, {@code ?} and {@code [abc]},
   *     {@code !name}, {@code name:mod:module}, {@code :mod:module}, line numbers
   * @param append whether what was written before stays
   * @throws JitAllocException INVALID_REQUEST if a word makes no sense or there is no such
   *     function; nothing has changed then
   */
  public void write(String words, boolean append) {
    SiteSet after = append ? new SiteSet(chosen) : new SiteSet();
    List<Selector> kept = append ? new ArrayList<>(remembered) : new ArrayList<>();
    for (Selector selector : Selector.parse(words)) {
      boolean found = selector.line() > 0 ? line(after, selector) : byName(after, selector);
      if (selector.module() != null) {
        remember(kept, selector);
      } else if (!found) {
        throw new JitAllocException(
            Reason.INVALID_REQUEST,
            "filter word %s: there is no such function among %d".formatted(selector, table.size()));
      }
    }
    chosen = after;
    remembered = kept;
    empty = chosen.isEmpty() && remembered.isEmpty();
  }

  private static void remember(List<Selector> kept, Selector selector) {
    if (selector.removes()) {
      String added = selector.toString().substring(1);
      kept.removeIf(k -> k.toString().equals(added));
    } else {
      kept.add(selector);
    }
  }

  private boolean byName(SiteSet set, Selector selector) {
    boolean found = false;
    for (SiteGroup group : table.groups()) {
      found |= choose(set, selector, group);
    }
    return found;
  }

  private static boolean choose(SiteSet set, Selector selector, SiteGroup group) {
    boolean found = false;
    for (int i = 0; selector.isOf(group.owner()) && i < group.size(); i++) {
      if (selector.matches(group.owner(), group.function(i))) {
        set.set(group, i, !selector.removes());
        found = true;
      }
    }
    return found;
  }

  private boolean line(SiteSet set, Selector selector) {
    int left = selector.line() - 1;
    for (SiteGroup group : table.groups()) {
      if (left < group.size()) {
        set.set(group, left, !selector.removes());
        return true;
      }
      left -= group.size();
    }
    return false;
  }

  /** Says that a text came. */
  public void came(SiteGroup group) {
    remembered.forEach(selector -> choose(chosen, selector, group));
  }

  /** Says that a text went. */
  public void went(SiteGroup group) {
    chosen.remove(group);
  }

  /**
   * {@return whether no function was chosen, and none will be when modules come; not so because the
   * text went in which they were}
   */
  public boolean isEmpty() {
    return empty;
  }

  /** {@return whether a function was chosen} */
  public boolean contains(SiteGroup group, int index) {
    return chosen.contains(group, index);
  }

  /**
   * Reads it back.
   *
   * @return the names of the functions, by address, then the words that modules still to come may
   *     be meant by
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (SiteGroup group : table.groups()) {
      for (int i = 0; i < group.size(); i++) {
        if (contains(group, i)) {
          lines.add(group.name(i));
        }
      }
    }
    for (Selector selector : remembered) {
      if (table.groups().stream().noneMatch(g -> selector.isOf(g.owner()))) {
        lines.add(selector.toString());
      }
    }
    return lines;
  }
}
