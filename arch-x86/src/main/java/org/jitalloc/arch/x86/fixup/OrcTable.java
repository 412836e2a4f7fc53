package org.jitalloc.arch.x86.fixup;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import org.jitalloc.arch.elf.UnwindTable;

/** The ORC unwind table of one module: the frame of the caller for each instruction. */
final class OrcTable implements UnwindTable {
  /*
   * struct orc_entry (arch/x86/include/asm/orc_types.h): what the caller's stack pointer is, as a
   * register and an offset; where the caller's frame pointer is kept; and what kind of frame it is.
   * Until Linux 6.3 the kind has two bits and 0 is a call, where nothing is known the register is
   * 0; since then it has three bits, 0 is "nothing known" and a call is 2. The register tells them
   * apart well enough: where it is 0 nothing is found, and what is walked here is calls only.
   */
  static final int ENTRY_BYTES = 6;

  /** An entry in words of 2 bytes, of which the first is the offset of the stack pointer. */
  static final int ENTRY_WORDS = 3;

  static final int FRAME_OFFSET = 1;
  static final int FLAGS = 2;

  private static final int WORD_BYTES = 8;

  private static final int REGISTER_BITS = 4;
  private static final int REGISTER_MASK = 15;
  private static final int UNDEFINED = 0;
  private static final int PREVIOUS_STACK_POINTER = 1;
  private static final int FRAME_POINTER = 4;
  private static final int STACK_POINTER = 5;
  private static final int FRAME_POINTER_INDIRECT = 8;
  private static final int STACK_POINTER_INDIRECT = 9;

  private final long lowest;
  private final int[] distances;
  private final short[] words;

  /**
   * Creates the table.
   *
   * @param lowest the lowest address
   * @param distances the distances of the addresses from there, ascending
   * @param words the entries
   */
  OrcTable(long lowest, int[] distances, short[] words) {
    this.lowest = lowest;
    this.distances = distances;
    this.words = words;
  }

  @Override
  public int size() {
    return distances.length;
  }

  /** {@return the index of the last entry at or below an address; -1 if there is none} */
  private int find(long address) {
    int low = 0;
    int high = distances.length;
    long distance = address - lowest;
    if (distance < 0) {
      return -1;
    }
    while (low < high) {
      int middle = low + high >>> 1;
      if (distances[middle] <= distance) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  @Override
  public Optional<Frame> caller(Frame frame, LongFunction<OptionalLong> memory) {
    // The return address of a call that is the last instruction of a function is after the
    // function.
    int entry = find(frame.isCaller() ? frame.instruction() - 1 : frame.instruction());
    if (entry < 0) {
      return Optional.empty();
    }
    OptionalLong stackPointer = stackPointer(entry, frame, memory);
    if (stackPointer.isEmpty()) {
      return Optional.empty();
    }
    OptionalLong address = memory.apply(stackPointer.getAsLong() - WORD_BYTES);
    OptionalLong framePointer = framePointer(entry, frame, stackPointer.getAsLong(), memory);
    return address.isEmpty() || framePointer.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Frame(
                address.getAsLong(), stackPointer.getAsLong(), framePointer.getAsLong(), true));
  }

  private OptionalLong stackPointer(int entry, Frame frame, LongFunction<OptionalLong> memory) {
    int offset = words[ENTRY_WORDS * entry];
    return switch (flags(entry) & REGISTER_MASK) {
      case STACK_POINTER -> OptionalLong.of(frame.stackPointer() + offset);
      case FRAME_POINTER -> OptionalLong.of(frame.framePointer() + offset);
      case STACK_POINTER_INDIRECT -> plus(memory.apply(frame.stackPointer()), offset);
      case FRAME_POINTER_INDIRECT -> memory.apply(frame.framePointer() + offset);
      default -> OptionalLong.empty();
    };
  }

  private int flags(int entry) {
    return words[ENTRY_WORDS * entry + FLAGS];
  }

  private static OptionalLong plus(OptionalLong value, long offset) {
    return value.isEmpty() ? value : OptionalLong.of(value.getAsLong() + offset);
  }

  private OptionalLong framePointer(
      int entry, Frame frame, long callersStackPointer, LongFunction<OptionalLong> memory) {
    int offset = words[ENTRY_WORDS * entry + FRAME_OFFSET];
    return switch (flags(entry) >> REGISTER_BITS & REGISTER_MASK) {
      case UNDEFINED -> OptionalLong.of(frame.framePointer());
      case PREVIOUS_STACK_POINTER -> memory.apply(callersStackPointer + offset);
      case FRAME_POINTER -> memory.apply(frame.framePointer() + offset);
      default -> OptionalLong.empty();
    };
  }
}
