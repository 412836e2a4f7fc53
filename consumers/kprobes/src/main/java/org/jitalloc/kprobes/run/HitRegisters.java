package org.jitalloc.kprobes.run;

import java.util.List;
import org.jitalloc.kprobes.Registers;

/** The registers as the machine code hands them over, and what becomes of them. */
final class HitRegisters implements Registers {
  /** The numbers are: what was hit, the top of the stack, the registers. */
  private static final int TOP = 1;

  private static final int FIRST = 2;

  private final List<String> names;
  private long address;
  private final long[] numbers;
  private boolean changed;
  private boolean topChanged;

  HitRegisters(List<String> names, long address, long[] numbers) {
    this.names = names;
    this.address = address;
    this.numbers = numbers;
  }

  @Override
  public long address() {
    return address;
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public long get(String name) {
    return numbers[FIRST + index(name)];
  }

  @Override
  public void set(String name, long value) {
    int index = index(name);
    if (index == 0) {
      throw new IllegalArgumentException("the stack pointer cannot be changed");
    }
    numbers[FIRST + index] = value;
    changed = true;
  }

  private int index(String name) {
    int index = names.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("no register %s: there are %s".formatted(name, names));
    }
    return index;
  }

  @Override
  public long stackPointer() {
    return numbers[FIRST];
  }

  @Override
  public long top() {
    return numbers[TOP];
  }

  /** Says of which function they are, which returns to an address. */
  void returning(long function, long returnAddress) {
    address = function;
    numbers[TOP] = returnAddress;
  }

  void setTop(long value) {
    numbers[TOP] = value;
    changed = true;
    topChanged = true;
  }

  boolean isChanged() {
    return changed;
  }

  /** What the registers get, for {@link org.jitalloc.arch.trace.ProbeCodec}. */
  long changeAt(int index) {
    return index == 0 && !topChanged ? 0 : numbers[TOP + index];
  }

  int changes() {
    return numbers.length - TOP;
  }
}
