package org.jitalloc.arch.x86.decode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * The defined encodings, which are read once from opcodes.txt. Immutable.
 *
 * <p>The index of an opcode is {@code page << 8 | opcode}, see {@link Encoding#page}. Equal sets
 * are stored once, so that the table fits into the processor's cache.
 */
final class OpcodeTable {
  static final OpcodeTable INSTANCE = new OpcodeTable();

  private static final int PLACES = Encoding.PAGES << 8;

  /** All eight numbers of ModRM.rm. */
  private static final int ANY_RM = 0xff;

  private final short[] existing;
  private final short[] sources;
  private final short[] different;
  private final short[] vectorIndex;
  private final short[] maskDestination;
  private final short[] maskSource;
  private final long[] sets;
  private final Map<Integer, Integer> rms = new HashMap<>();
  private final boolean[] hasRms = new boolean[PLACES];
  private final boolean[] threeDNow = new boolean[256];

  private OpcodeTable() {
    var pool = new Pool();
    var layers = new HashMap<Character, short[]>();
    for (char c : "evdnks".toCharArray()) {
      layers.put(c, new short[PLACES]);
    }
    for (String line : lines()) {
      String[] words = line.split(" ");
      String name = words[0];
      char layer = Character.isUpperCase(name.charAt(0)) ? 'e' : name.charAt(0);
      if (name.equals("3DNow")) {
        opcodes(words[1], opcode -> threeDNow[opcode] = true);
      } else if (layer == 'r') {
        opcodes(words[1], opcode -> readRms(place(name.substring(1), opcode), words));
      } else {
        short[] places = Objects.requireNonNull(layers.get(layer), name);
        String map = layer == 'e' ? name : name.substring(1);
        short set = pool.add(words);
        opcodes(words[1], opcode -> places[place(map, opcode)] = set);
      }
    }
    existing = Objects.requireNonNull(layers.get('e'));
    sources = Objects.requireNonNull(layers.get('v'));
    different = Objects.requireNonNull(layers.get('d'));
    vectorIndex = Objects.requireNonNull(layers.get('n'));
    maskDestination = Objects.requireNonNull(layers.get('k'));
    maskSource = Objects.requireNonNull(layers.get('s'));
    sets = pool.all();
  }

  /** {@return the combinations of an opcode with one ModRM.reg} */
  long existing(int place, int reg) {
    return sets[existing[place] * Combinations.WORDS + reg];
  }

  /** {@return those of them that read the register in vvvv} */
  long sources(int place, int reg) {
    return sets[sources[place] * Combinations.WORDS + reg];
  }

  /** {@return whether all registers have to be different} */
  boolean different(int place) {
    return different[place] != 0;
  }

  /** {@return whether a vector register is the index, or an index is required} */
  boolean vectorIndex(int place) {
    return vectorIndex[place] != 0;
  }

  /** {@return the combinations whose ModRM.reg is one of the eight mask registers} */
  long maskDestination(int place, int reg) {
    return sets[maskDestination[place] * Combinations.WORDS + reg];
  }

  /** {@return the combinations whose ModRM.rm is a mask register} */
  long maskSource(int place, int reg) {
    return sets[maskSource[place] * Combinations.WORDS + reg];
  }

  /** {@return whether a combination with registers is defined for a ModRM.rm} */
  boolean hasRm(int place, int prefix, int reg, int rm) {
    if (!hasRms[place]) {
      return true;
    }
    return (rms.getOrDefault(rmKey(place, prefix, reg), ANY_RM) >> rm & 1) != 0;
  }

  /** {@return whether a suffix is an instruction of 3DNow!} */
  boolean isThreeDNow(int suffix) {
    return threeDNow[suffix];
  }

  private void readRms(int place, String[] words) {
    hasRms[place] = true;
    for (String term : Arrays.asList(words).subList(2, words.length)) {
      String[] parts = term.split("\\.");
      int prefixes = Combinations.prefixes(parts[0]);
      int reg = Integer.parseInt(parts[1]);
      for (int prefix = 0; prefix < 4; prefix++) {
        if ((prefixes >> prefix & 1) == 0) {
          continue;
        }
        rms.put(rmKey(place, prefix, reg), Combinations.digits(parts[2]));
      }
    }
  }

  private static int rmKey(int place, int prefix, int reg) {
    return place << 5 | prefix << 3 | reg;
  }

  private static int place(String map, int opcode) {
    var encoding =
        switch (map.charAt(0)) {
          case 'L' -> Encoding.LEGACY;
          case 'V' -> Encoding.VEX;
          case 'X' -> Encoding.XOP;
          case 'E' -> Encoding.EVEX;
          default -> throw new IllegalArgumentException("no map: '%s'".formatted(map));
        };
    return encoding.page(Integer.parseInt(map.substring(1), 16)) << 8 | opcode;
  }

  private static void opcodes(String ranges, IntConsumer each) {
    for (String range : ranges.split(",")) {
      String[] ends = range.split("-");
      int last = Integer.parseInt(ends[ends.length - 1], 16);
      for (int opcode = Integer.parseInt(ends[0], 16); opcode <= last; opcode++) {
        each.accept(opcode);
      }
    }
  }

  private static List<String> lines() {
    try (InputStream in = OpcodeTable.class.getResourceAsStream("opcodes.txt")) {
      var stream = Objects.requireNonNull(in, "opcodes.txt is missing from this bundle");
      var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII));
      return reader.lines().filter(line -> !line.startsWith("#")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Unique sets; the first is empty. */
  private static final class Pool {
    private final Map<List<Long>, Short> numbers = new HashMap<>();
    private final List<List<Long>> sets = new ArrayList<>();

    Pool() {
      number(new long[Combinations.WORDS]);
    }

    short add(String[] words) {
      var set = new long[Combinations.WORDS];
      for (int i = 2; i < words.length; i++) {
        Combinations.add(set, words[i]);
      }
      return number(set);
    }

    private short number(long[] set) {
      return numbers.computeIfAbsent(
          Arrays.stream(set).boxed().toList(),
          words -> {
            sets.add(words);
            return (short) (sets.size() - 1);
          });
    }

    long[] all() {
      return sets.stream().flatMap(List::stream).mapToLong(Long::longValue).toArray();
    }
  }
}
