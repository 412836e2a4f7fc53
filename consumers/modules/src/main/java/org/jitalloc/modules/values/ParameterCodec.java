package org.jitalloc.modules.values;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jitalloc.modules.parameters.ParameterType;
import org.jitalloc.modules.parameters.ParameterValue;
import org.jitalloc.modules.values.ParameterSlot.Elements;

/**
 * Reads and writes values where they are.
 *
 * @param words the module's memory
 */
record ParameterCodec(TargetWords words) {
  private static final int COUNT_BYTES = 4;

  /** Whether all of it is in memory that is there. */
  boolean isThere(ParameterSlot slot, ParameterType type) {
    if (!slot.isInSection()) {
      return false;
    }
    Elements array = slot.array();
    if (array == null) {
      int bytes = type == ParameterType.STRING ? Math.max(1, slot.textBytes()) : type.storedBytes();
      return words.has(slot.address(), bytes);
    }
    return array.elementBytes() >= type.storedBytes()
        && words.has(slot.address(), array.most() * array.elementBytes())
        && (array.countAddress() == 0 || words.has(array.countAddress(), COUNT_BYTES));
  }

  ParameterValue read(ParameterSlot slot, ParameterType type) {
    Elements array = slot.array();
    if (array == null) {
      return read(slot.address(), type);
    }
    long count =
        array.countAddress() == 0
            ? array.most()
            : Integer.toUnsignedLong((int) words.number(array.countAddress(), COUNT_BYTES));
    List<ParameterValue> elements = new ArrayList<>();
    int letters = 0;
    for (int i = 0; i < Math.min(count, array.most()); i++) {
      if (letters >= TargetWords.MOST_TEXT_BYTES) {
        break;
      }
      ParameterValue element = read(slot.address() + (long) i * array.elementBytes(), type);
      letters += 1 + (element instanceof ParameterValue.Text(String text) ? text.length() : 1);
      elements.add(element);
    }
    return new ParameterValue.Elements(elements);
  }

  private ParameterValue read(long address, ParameterType type) {
    return switch (type) {
      case BOOL, INVBOOL, BINT ->
          new ParameterValue.Flag(words.number(address, type.storedBytes()) != 0);
      case STRING -> new ParameterValue.Text(words.text(address).orElse(""));
      case CHARP -> {
        long pointer = words.number(address, type.storedBytes());
        Optional<String> text = pointer == 0 ? Optional.of("(null)") : words.text(pointer);
        yield new ParameterValue.Text(text.orElse(""));
      }
      default -> {
        BigInteger number = BigInteger.valueOf(words.number(address, type.storedBytes()));
        BigInteger range = BigInteger.ONE.shiftLeft(type.storedBytes() * Byte.SIZE);
        yield new ParameterValue.Number(type.isSigned() ? number : number.mod(range));
      }
    };
  }

  void write(ParameterSlot slot, ParameterType type, ParameterValue value) {
    Elements array = slot.array();
    if (array != null && value instanceof ParameterValue.Elements(List<ParameterValue> values)) {
      for (int i = 0; i < values.size(); i++) {
        write(slot.address() + (long) i * array.elementBytes(), type, values.get(i));
      }
      if (array.countAddress() != 0) {
        words.write(array.countAddress(), words.bytes(values.size(), COUNT_BYTES));
      }
    } else {
      write(slot.address(), type, value);
    }
  }

  private void write(long address, ParameterType type, ParameterValue value) {
    switch (value) {
      case ParameterValue.Flag(boolean isSet) ->
          words.write(address, words.bytes(isSet ? 1 : 0, type.storedBytes()));
      case ParameterValue.Number(BigInteger number) ->
          words.write(address, words.bytes(number.longValue(), type.storedBytes()));
      case ParameterValue.Text(String text) when type == ParameterType.STRING ->
          words.write(address, TargetWords.ended(text));
      case ParameterValue.Text(String text) -> words.point(address, text);
      case ParameterValue.Elements _, ParameterValue.Refused _ ->
          throw new IllegalArgumentException("no value of one element: " + value);
    }
  }
}
