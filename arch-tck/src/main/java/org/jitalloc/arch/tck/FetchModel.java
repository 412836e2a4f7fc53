package org.jitalloc.arch.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokePlan.Write;
import org.jitalloc.arch.PokeSite;

/** What a processor may fetch of one site while a plan is carried out. */
final class FetchModel {
  /*
   * Code is made of units, the least that an instruction is aligned to: a byte on x86, a halfword on s390x, a word on arm64.
   * A processor fetches the units of an instruction one by one, each as it was at any moment since the last sync.
   * A write that is seen whole (one byte, or 2, 4 or 8 aligned ones) gives each unit one more value; of any other write, a
   * unit may hold any mixture of old and new bytes. Every instruction that can be put together so has to be the old one,
   * the new one, or begin with a unit that traps.
   */
  private static final int MANY = 16;

  private final PokeSite site;
  private final int unitBytes;
  private final TextPokeTck rules;
  private final byte[] now;
  private final List<Set<Unit>> seen = new ArrayList<>();
  private boolean trapped;

  /** The bytes of one unit. */
  private record Unit(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Unit unit && Arrays.equals(bytes, unit.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  FetchModel(PokeSite site, int unitBytes, TextPokeTck rules) {
    this.site = site;
    this.unitBytes = unitBytes;
    this.rules = rules;
    now = site.oldBytes().clone();
    forget();
  }

  /** Carries out a plan. {@return whether a thread may have met a trap of the plan's own} */
  boolean follow(PokePlan plan) {
    for (var step : plan.steps()) {
      switch (step) {
        case Write write -> write(write);
        case Sync _ -> {
          check();
          forget();
        }
      }
    }
    if (seen.stream().anyMatch(values -> values.size() > 1)) {
      throw new AssertionError("the plan does not end with a sync: " + plan);
    }
    if (!Arrays.equals(now, site.newBytes())) {
      throw new AssertionError("%s is left behind, not %s".formatted(hex(now), about()));
    }
    return trapped;
  }

  /** A sync: each unit is now what it is. */
  private void forget() {
    seen.clear();
    for (int i = 0; i < now.length; i += unitBytes) {
      var values = new LinkedHashSet<Unit>();
      values.add(unit(i));
      seen.add(values);
    }
  }

  private Unit unit(int offset) {
    return new Unit(Arrays.copyOfRange(now, offset, offset + unitBytes));
  }

  private void write(Write write) {
    int bytes = write.bytes().length;
    boolean whole =
        bytes <= Long.BYTES && Integer.bitCount(bytes) == 1 && write.address() % bytes == 0;
    long first = write.address() - site.address();
    if (first + bytes <= 0 || first >= now.length) return;
    if (first < 0 || first + bytes > now.length) {
      throw new AssertionError("a write across an end of %s: %s".formatted(about(), write));
    }
    byte[] before = now.clone();
    System.arraycopy(write.bytes(), 0, now, (int) first, bytes);
    for (int i = 0; i < seen.size(); i++) {
      seen.get(i).add(unit(i * unitBytes));
      if (!whole) mix(seen.get(i), before, i * unitBytes);
    }
  }

  /** All that a unit may hold while its bytes are written one by one, in any order. */
  private void mix(Set<Unit> values, byte[] before, int offset) {
    for (int choice = 0; choice < 1 << unitBytes; choice++) {
      byte[] mixed = unit(offset).bytes;
      for (int b = 0; b < unitBytes; b++) {
        if ((choice >> b & 1) != 0) mixed[b] = before[offset + b];
      }
      values.add(new Unit(mixed));
    }
  }

  private void check() {
    boolean sawOld = false;
    boolean sawNew = false;
    for (var first : seen.getFirst()) {
      if (rules.traps(first.bytes)) {
        trapped |= !starts(site.oldBytes(), first) && !starts(site.newBytes(), first);
        continue;
      }
      for (byte[] fetched : fetchable(first)) {
        boolean old = Arrays.equals(fetched, site.oldBytes());
        boolean changed = Arrays.equals(fetched, site.newBytes());
        if (!old && !changed) {
          throw new AssertionError("a thread may execute %s, %s".formatted(hex(fetched), about()));
        }
        sawOld |= old;
        sawNew |= changed;
      }
    }
    if (sawOld && sawNew && !rules.replaceableAtOnce(site.oldBytes(), site.newBytes())) {
      throw new AssertionError("old and new without a sync in between, " + about());
    }
  }

  private static boolean starts(byte[] code, Unit unit) {
    return Arrays.equals(Arrays.copyOf(code, unit.bytes.length), unit.bytes);
  }

  /** The instructions that begin with a unit; of many, some. */
  private List<byte[]> fetchable(Unit first) {
    List<byte[]> fetched = List.of(first.bytes);
    for (var values : seen.subList(1, seen.size())) {
      var longer = new ArrayList<byte[]>();
      for (byte[] start : fetched) {
        for (var value : values) {
          if (longer.size() == MANY) break; // two of them are wrong already
          byte[] more = Arrays.copyOf(start, start.length + unitBytes);
          System.arraycopy(value.bytes, 0, more, start.length, unitBytes);
          longer.add(more);
        }
      }
      fetched = longer;
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
