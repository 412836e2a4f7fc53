package org.jitalloc.modules.values;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.parameters.ParameterType;
import org.jitalloc.modules.values.ParameterSlot.Elements;
import org.jitalloc.modules.values.ParameterSlot.Flags;
import org.jitalloc.modules.values.Pointers.Place;

/**
 * Reads a module's table of parameters ({@code struct kernel_param} in {@code __param}) after
 * relocation. How a parameter is read and written is told by functions of the kernel, which do not
 * run here; but their table has a name, which the relocation has.
 */
public final class ParameterTable {
  private static final int ENTRY_BYTES = 40;
  private static final int OPERATIONS_OFFSET = 16;
  private static final int MODE_OFFSET = 24;
  private static final int FLAGS_OFFSET = 27;
  private static final int ARGUMENT_OFFSET = 32;
  private static final int UNSAFE = 1;

  /** {@code struct kparam_array}: most and size of elements, then three pointers. */
  private static final int ARRAY_BYTES = 32;

  private static final int ARRAY_OPERATIONS_OFFSET = 16;
  private static final int COUNT_BYTES = 4;

  /** {@code struct kparam_string}: size, then a pointer. */
  private static final int STRING_BYTES = 16;

  /** That of a file: each parameter is one in sysfs. */
  private static final int MOST_NAME_BYTES = 255;

  private static final String OPERATIONS = "param_ops_";
  private static final String ARRAY = "param_array_ops";
  private static final String ENABLE_ONLY = "param_ops_bool_enable_only";

  private final ElfObject object;
  private final PlacedObject placed;
  private final Pointers pointers;

  /**
   * Prepares.
   *
   * @param object the module's file
   * @param placed its sections, relocated
   */
  public ParameterTable(ElfObject object, PlacedObject placed) {
    this.object = object;
    this.placed = placed;
    pointers = new Pointers(object, placed);
  }

  /**
   * Reads the table.
   *
   * @return the parameters, in the order they are in
   * @throws ModuleException MALFORMED if it is not a table
   */
  List<ParameterSlot> read() {
    int section = object.findSection("__param");
    if (section < 0 || placed.address(section) == 0) {
      return List.of();
    }
    int length = placed.length(section);
    if (length % ENTRY_BYTES != 0) {
      throw malformed(
          "__param has %d bytes, not whole entries of %d".formatted(length, ENTRY_BYTES));
    }
    var slots = new ArrayList<ParameterSlot>();
    for (int at = 0; at < length; at += ENTRY_BYTES) {
      slots.add(slot(new Place(section, at)));
    }
    return List.copyOf(slots);
  }

  private ParameterSlot slot(Place entry) {
    ByteBuffer bytes = bytes(entry, ENTRY_BYTES);
    String name = string(bytes.getLong(0));
    int mode = Short.toUnsignedInt(bytes.getShort(MODE_OFFSET));
    boolean isUnsafe = (bytes.get(FLAGS_OFFSET) & UNSAFE) != 0;
    long argument = bytes.getLong(ARGUMENT_OFFSET);
    String operations = pointers.symbolAt(entry.plus(OPERATIONS_OFFSET));
    var flags = new Flags(isUnsafe, operations.equals(ENABLE_ONLY));
    Optional<Place> described =
        operations.startsWith(OPERATIONS) ? Optional.empty() : pointers.place(argument);
    if (operations.equals(ARRAY) && described.isPresent()) {
      return array(name, mode, flags, described.get());
    }
    ParameterType type = type(operations).orElse(null);
    if (type == ParameterType.STRING) {
      ByteBuffer string =
          bytes(pointers.place(argument).orElseThrow(() -> outside(name)), STRING_BYTES);
      long address = string.getLong(8);
      boolean isInside = isInSection(address, Math.max(1, string.getInt(0)));
      return new ParameterSlot(name, type, mode, flags, isInside, address, null, string.getInt(0));
    }
    boolean isInside = type != null && isInSection(argument, type.storedBytes());
    return new ParameterSlot(name, type, mode, flags, isInside, argument, null, 0);
  }

  private ParameterSlot array(String name, int mode, Flags flags, Place place) {
    ByteBuffer bytes = bytes(place, ARRAY_BYTES);
    ParameterType type = type(pointers.symbolAt(place.plus(ARRAY_OPERATIONS_OFFSET))).orElse(null);
    int most = bytes.getInt(0);
    int elementBytes = bytes.getInt(4);
    if (most <= 0 || elementBytes <= 0 || (long) most * elementBytes > Integer.MAX_VALUE) {
      throw malformed(
          "parameter %s: an array of %d elements of %d bytes"
              .formatted(name, Integer.toUnsignedLong(most), Integer.toUnsignedLong(elementBytes)));
    }
    var elements = new Elements(most, elementBytes, bytes.getLong(8));
    boolean isInside =
        isInSection(bytes.getLong(24), most * elementBytes)
            && (elements.countAddress() == 0 || isInSection(elements.countAddress(), COUNT_BYTES));
    return new ParameterSlot(name, type, mode, flags, isInside, bytes.getLong(24), elements, 0);
  }

  private static Optional<ParameterType> type(String operations) {
    if (operations.equals(ENABLE_ONLY)) {
      return Optional.of(ParameterType.BOOL);
    }
    return operations.startsWith(OPERATIONS)
        ? ParameterType.named(operations.substring(OPERATIONS.length()))
        : Optional.empty();
  }

  private ByteBuffer bytes(Place place, int count) {
    int left = placed.length(place.section()) - place.offset();
    if (left < count) {
      throw malformed(
          "the table of a parameter at %s+0x%x has %d bytes left of %d"
              .formatted(object.sectionName(place.section()), place.offset(), left, count));
    }
    int from = placed.offset(place.section()) + place.offset();
    return ByteBuffer.wrap(placed.bytes(place.section()), from, count)
        .slice()
        .order(object.byteOrder());
  }

  private String string(long address) {
    Place place =
        pointers
            .place(address)
            .orElseThrow(
                () -> malformed("a parameter's name, at 0x%x, is not in it".formatted(address)));
    byte[] bytes = placed.bytes(place.section());
    int from = placed.offset(place.section()) + place.offset();
    int limit = placed.offset(place.section()) + placed.length(place.section());
    int end = from;
    while (end < limit && end - from <= MOST_NAME_BYTES && bytes[end] != 0) {
      end++;
    }
    if (end - from > MOST_NAME_BYTES) {
      throw malformed(
          "a parameter's name, at 0x%x, has more than %d bytes"
              .formatted(address, MOST_NAME_BYTES));
    }
    return new String(bytes, from, end - from, StandardCharsets.UTF_8);
  }

  /**
   * Whether bytes are in one section of the module. Beside its sections, its memory has tables of
   * the loader, which a value must not overwrite.
   */
  private boolean isInSection(long address, int bytes) {
    return pointers
        .place(address)
        .map(place -> placed.length(place.section()) - place.offset() >= bytes)
        .orElse(false);
  }

  private static ModuleException outside(String name) {
    return malformed("parameter %s is not in the module".formatted(name));
  }

  private static ModuleException malformed(String problem) {
    return new ModuleException(Reason.MALFORMED, problem);
  }
}
