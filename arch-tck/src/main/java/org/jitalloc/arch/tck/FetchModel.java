package org.jitalloc.arch.tck;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokePlan.Write;
import org.jitalloc.arch.PokeSite;

/** Models what a processor may fetch of one site while a plan is executed. */
final class FetchModel {
  /*
   * A processor fetches aligned pieces of FetchRules.fetchBytes() bytes, each as it was at any
   * moment since the last sync. A write that is atomic (one byte, or 2, 4 or 8 aligned ones) gives
   * each piece one more value. Of any other write, a piece may hold any mixture of old and new
   * bytes. A thread executes the site instruction by instruction. It may be preempted at any
   * boundary of two instructions, for any time: no sync ends that. A thread is therefore its trace,
   * the bytes that it executed since it entered the site. It goes on behind its trace with whatever
   * can be fetched there, in this epoch, in every later one, and after the plan. A trace has to be
   * a beginning of the old bytes or of the new ones, or the thread meets a unit that traps. A
   * thread is taken to go on behind every instruction, also behind a jump: this is stricter than
   * need be.
   */
  private static final int MANY = 16;

  private final PokeSite site;
  private final int unitBytes;
  private final int fetchBytes;
  private final FetchRules rules;
  private final byte[] now;
  private final List<Piece> pieces = new ArrayList<>();
  private final Set<Code> traces = new LinkedHashSet<>();
  private final Set<Long> trapped = new TreeSet<>();

  /** Bytes with equality by content. */
  private record Code(byte[] bytes) {
    Code plus(byte[] more) {
      byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
      System.arraycopy(more, 0, longer, bytes.length, more.length);
      return new Code(longer);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Code code && Arrays.equals(bytes, code.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /** What is fetched at once: bytes of the site from an offset to another, and their values. */
  private record Piece(int from, int to, Set<Code> values) {}

  FetchModel(PokeSite site, FetchRules rules) {
    this.site = site;
    unitBytes = rules.unitBytes();
    fetchBytes = rules.fetchBytes();
    this.rules = rules;
    now = site.oldBytes().clone();
    traces.add(new Code(new byte[0]));
    forget();
    check();
  }

  /** Executes a plan. {@return the addresses at which a thread may execute a trap of the plan} */
  Set<Long> follow(PokePlan plan) {
    for (var step : plan.steps()) {
      switch (step) {
        case Write write -> write(write);
        case Sync _ -> {
          check();
          forget();
        }
      }
    }
    if (pieces.stream().anyMatch(piece -> piece.values.size() > 1)) {
      throw new AssertionError("the plan does not end with a sync: " + plan);
    }
    if (!Arrays.equals(now, site.newBytes())) {
      throw new AssertionError("%s is left behind, not %s".formatted(hex(now), about()));
    }
    check(); // threads that were preempted during the plan go on after it
    return trapped;
  }

  /** A sync: each piece has the value of memory. */
  private void forget() {
    pieces.clear();
    int from = 0;
    while (from < now.length) {
      int rest = (int) Long.remainderUnsigned(site.address() + from, fetchBytes);
      int to = Math.min(now.length, from + fetchBytes - rest);
      var values = new LinkedHashSet<Code>();
      values.add(current(from, to));
      pieces.add(new Piece(from, to, values));
      from = to;
    }
  }

  private Code current(int from, int to) {
    return new Code(Arrays.copyOfRange(now, from, to));
  }

  private void write(Write write) {
    int bytes = write.bytes().length;
    boolean whole =
        bytes <= Long.BYTES && Integer.bitCount(bytes) == 1 && write.address() % bytes == 0;
    long first = write.address() - site.address();
    if (first + bytes <= 0 || first >= now.length) {
      return;
    }
    if (first < 0 || first + bytes > now.length) {
      throw new AssertionError("a write across an end of %s: %s".formatted(about(), write));
    }
    byte[] before = now.clone();
    System.arraycopy(write.bytes(), 0, now, (int) first, bytes);
    for (var piece : pieces) {
      piece.values.add(current(piece.from, piece.to));
      if (!whole) {
        mix(piece, before);
      }
    }
  }

  /** Adds all values of a piece while its bytes are written one by one, in any order. */
  private void mix(Piece piece, byte[] before) {
    int bytes = piece.to - piece.from;
    for (int choice = 0; choice < 1 << bytes; choice++) {
      byte[] mixed = current(piece.from, piece.to).bytes;
      for (int b = 0; b < bytes; b++) {
        if ((choice >> b & 1) != 0) {
          mixed[b] = before[piece.from + b];
        }
      }
      piece.values.add(new Code(mixed));
    }
  }

  /** Continues all threads with the instructions that can be fetched in this epoch. */
  private void check() {
    Deque<Code> open = new ArrayDeque<>(traces);
    while (!open.isEmpty()) {
      var trace = open.remove();
      if (trace.bytes.length < now.length) {
        for (var longer : goOn(trace)) {
          if (traces.add(longer)) {
            open.add(longer);
          }
        }
      }
    }
  }

  /** The traces of a thread after one more instruction. */
  private Set<Code> goOn(Code trace) {
    var traces = new LinkedHashSet<Code>();
    byte[] old = null;
    byte[] changed = null;
    for (byte[] fetched : fetchable(trace)) {
      var longer = trace.plus(fetched);
      boolean isOld = starts(site.oldBytes(), longer);
      boolean isNew = starts(site.newBytes(), longer);
      if (!isOld && !isNew) {
        throw new AssertionError(
            "a thread at +%d, behind '%s', may execute %s, %s"
                .formatted(trace.bytes.length, hex(trace.bytes), hex(fetched), about()));
      }
      old = isOld ? fetched : old;
      changed = isNew ? fetched : changed;
      traces.add(longer);
    }
    if (old != null
        && changed != null
        && !Arrays.equals(old, changed)
        && !rules.replaceableAtOnce(old, changed)) {
      throw new AssertionError("old and new without a sync in between, " + about());
    }
    return traces;
  }

  private static boolean starts(byte[] code, Code start) {
    int bytes = start.bytes.length;
    return bytes <= code.length && Arrays.equals(code, 0, bytes, start.bytes, 0, bytes);
  }

  /** {@return the instructions that a thread may fetch after its trace, without those that trap} */
  private List<byte[]> fetchable(Code trace) {
    int offset = trace.bytes.length;
    int left = now.length - offset;
    var all = new ArrayList<byte[]>();
    for (var start : fetch(new Code(new byte[0]), offset, unitBytes, left)) {
      byte[] unit = Arrays.copyOf(start.bytes, unitBytes);
      if (rules.traps(unit)) {
        trap(trace, unit);
        continue;
      }
      int bytes = rules.instructionBytes(unit, left);
      if (bytes < unitBytes || bytes > left) {
        throw new AssertionError(
            "a thread at +%d, behind '%s', may execute %s..., an instruction of %d bytes, %s"
                .formatted(offset, hex(trace.bytes), hex(unit), bytes, about()));
      }
      fetch(start, offset, bytes, bytes).forEach(f -> all.add(Arrays.copyOf(f.bytes, bytes)));
    }
    return all;
  }

  private void trap(Code trace, byte[] unit) {
    var longer = trace.plus(unit);
    if (!starts(site.oldBytes(), longer) && !starts(site.newBytes(), longer)) {
      trapped.add(site.address() + trace.bytes.length);
    }
  }

  /**
   * Fetches further pieces after a start, until there are enough bytes from an offset on; no more
   * than {@code most} are kept. Of many continuations of one unit, some are returned: at most two
   * of them are right, so a wrong one is among them.
   */
  private Set<Code> fetch(Code start, int offset, int bytes, int most) {
    Set<Code> fetched = Set.of(start);
    int length = start.bytes.length;
    while (length < bytes) {
      int from = offset + length;
      var piece = pieces.stream().filter(p -> p.to > from).findFirst().orElseThrow();
      int to = Math.min(piece.to, offset + most);
      var longer = new LinkedHashSet<Code>();
      for (var begun : fetched) {
        for (var value : piece.values) {
          if (longer.size() < MANY || length < unitBytes) {
            longer.add(
                begun.plus(Arrays.copyOfRange(value.bytes, from - piece.from, to - piece.from)));
          }
        }
      }
      fetched = longer;
      length += to - from;
    }
    return fetched;
  }

  private String about() {
    return "at 0x%x from %s to %s"
        .formatted(site.address(), hex(site.oldBytes()), hex(site.newBytes()));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
