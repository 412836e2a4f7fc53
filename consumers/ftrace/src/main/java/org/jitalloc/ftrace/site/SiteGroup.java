package org.jitalloc.ftrace.site;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.support.FunctionIndex;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TraceableText;
import org.jspecify.annotations.Nullable;

/**
 * The call sites of one text. Their addresses and their text never change; what they call does, and
 * is guarded by whoever has the group.
 */
public final class SiteGroup {
  /*
   * Arrays in ascending order of address, three words a site: a record object each would be twice
   * that, and is what makes a million of them slow to walk. Making a group is a sort, finding is a
   * binary search.
   */
  private final String owner;
  private final JitMemory memory;
  private final CallSites form;
  private final long[] addresses;
  private final String[] names;

  /** What each site calls; 0 for nothing. */
  private final long[] calls;

  /** Who wants each site, a bit a user. */
  private final long[] users;

  /** The trampolines that sites lead to; null if they call tracers themselves. */
  private @Nullable Links links;

  /** Whether what others have put there is borrowed by them, so that sites can change. */
  private boolean ready;

  private record Found(long address, String name) {}

  private SiteGroup(TraceableText text, CallSites form, List<Found> found) {
    owner = text.owner();
    memory = text.memory();
    this.form = form;
    addresses = found.stream().mapToLong(Found::address).toArray();
    names = found.stream().map(Found::name).toArray(String[]::new);
    calls = new long[addresses.length];
    users = new long[addresses.length];
  }

  /**
   * Finds the sites of a text and makes them ready. Nothing is changed if it throws.
   *
   * @param text the text; its sites have to be ready already if it is live
   * @param form what knows sites
   * @param order the order of bytes in its table
   * @param code its bytes, without what others may have put there
   * @return its sites, none of which calls anything
   * @throws JitAllocException INVALID_REQUEST if an address of the table is not inside the text;
   *     TEXT_MISMATCH if there is no site, with the function and the bytes
   */
  public static SiteGroup of(TraceableText text, CallSites form, ByteOrder order, byte[] code) {
    var functions = new FunctionIndex(text.functions());
    List<Found> found = new ArrayList<>();
    ByteBuffer table = ByteBuffer.wrap(text.callSites()).order(order);
    while (table.remaining() >= Long.BYTES) {
      long recorded = table.getLong();
      if (recorded != 0) {
        found.add(find(text, functions, form, code, recorded));
      }
    }
    found.sort(Comparator.comparing(Found::address, Long::compareUnsigned));
    for (int i = found.size() - 1; i > 0; i--) {
      if (found.get(i).address == found.get(i - 1).address) {
        throw invalid("the table has 0x%x twice".formatted(found.get(i).address));
      }
    }
    var group = new SiteGroup(text, form, found);
    group.prepare(code);
    return group;
  }

  private static Found find(
      TraceableText text, FunctionIndex functions, CallSites form, byte[] code, long recorded) {
    long offset = recorded - text.memory().address();
    if (offset < 0 || offset >= code.length) {
      throw invalid("call site 0x%x is not inside %s".formatted(recorded, text.memory()));
    }
    int from = (int) offset;
    byte[] seen = Arrays.copyOfRange(code, from, Math.min(from + form.lookBytes(), code.length));
    OptionalLong site = form.find(recorded, seen);
    String name =
        functions
            .ofSite(offset)
            .map(TextFunction::name)
            .orElseGet(() -> "0x%x".formatted(recorded));
    if (site.isEmpty()) {
      throw new JitAllocException(
          Reason.TEXT_MISMATCH,
          "%s%s at 0x%x: expected a call site, found %s"
              .formatted(name, inBrackets(text.owner()), recorded, HexFormat.of().formatHex(seen)));
    }
    return new Found(site.getAsLong(), name);
  }

  /** Puts the nop of the form where compilers left something else. */
  private void prepare(byte[] code) {
    boolean changed = false;
    for (int i = 0; i < addresses.length; i++) {
      int from = (int) (addresses[i] - memory.address());
      byte[] compiled = Arrays.copyOfRange(code, from, from + form.bytes());
      Patch patch = form.prepare(addresses[i], compiled).orElse(null);
      if (patch != null) {
        if (memory.state() != JitMemory.State.FORMING) {
          throw new JitAllocException(
              Reason.WRONG_STATE,
              "%s at 0x%x: expected a site that is ready, found %s; the text has to be handed in while it is being formed"
                  .formatted(name(i), addresses[i], HexFormat.of().formatHex(compiled)));
        }
        byte[] after = patch.after();
        System.arraycopy(after, 0, code, (int) (patch.address() - memory.address()), after.length);
        changed = true;
      }
    }
    if (changed) {
      memory.write(0, code);
    }
  }

  private static JitAllocException invalid(String message) {
    return new JitAllocException(Reason.INVALID_REQUEST, message);
  }

  private static String inBrackets(String owner) {
    return owner.isEmpty() ? "" : " [" + owner + "]";
  }

  /** {@return the module that it belongs to; empty if to none} */
  public String owner() {
    return owner;
  }

  /** {@return the text} */
  public JitMemory memory() {
    return memory;
  }

  /** {@return what knows its sites} */
  public CallSites form() {
    return form;
  }

  /** Has sites change from now on. */
  public void beReady() {
    ready = true;
  }

  /** {@return whether sites can change} */
  public boolean isReady() {
    return ready;
  }

  /** {@return how many sites it has} */
  public int size() {
    return addresses.length;
  }

  /** {@return where a site is} */
  public long address(int index) {
    return addresses[index];
  }

  /** {@return the name of a site's function} */
  public String function(int index) {
    return names[index];
  }

  /**
   * {@return the name of a site's function with its module in brackets, as the kernel writes it}
   */
  public String name(int index) {
    return names[index] + inBrackets(owner);
  }

  /** {@return what a site calls; 0 for nothing} */
  public long call(int index) {
    return calls[index];
  }

  @Nullable Links links() {
    return links;
  }

  void link(Links made) {
    links = made;
  }

  /** Gives the trampolines back, if there are any. No site leads to them. */
  void unlink() {
    Links given = links;
    links = null;
    if (given != null) {
      given.close();
    }
  }

  boolean isLinked(int index) {
    return links != null && links.isLinked(index);
  }

  /** Whether no site calls anything. */
  boolean isIdle() {
    return Arrays.stream(calls).allMatch(call -> call == 0);
  }

  /** Keeps what became of a site. */
  void changed(SiteTarget change) {
    calls[change.index()] = change.to();
    if (links != null) {
      links.isLinked(change.index(), !change.leaves());
    }
  }

  /** {@return the users of a site, one bit each} */
  public long users(int index) {
    return users[index];
  }

  /** Sets the users of a site. */
  public void users(int index, long bits) {
    users[index] = bits;
  }

  /**
   * Finds the last site that is not behind an address.
   *
   * @param address the address
   * @return its index; -1 if all are behind it
   */
  public int atOrBefore(long address) {
    int low = 0;
    int high = addresses.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(addresses[middle], address) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  @Override
  public String toString() {
    return "%d call sites of %s in %s".formatted(size(), owner.isEmpty() ? "-" : owner, memory);
  }
}
