package org.jitalloc.kprobes;

import java.util.List;

/**
 * The registers of a thread at a probe: the kernel's {@code struct pt_regs}. Names are the
 * architecture's, in small letters; {@code flags} is one of them where there are flags.
 */
public final class Registers {
  /** The numbers are: what was hit, the top of the stack, the registers. */
  private static final int TOP = 1;

  private static final int FIRST = 2;

  private final List<String> names;
  private long address;
  private final long[] numbers;
  private boolean changed;
  private boolean topChanged;

  Registers(List<String> names, long address, long[] numbers) {
    this.names = names;
    this.address = address;
    this.numbers = numbers;
  }

  /** {@return the address of the probed instruction, or of the function that returns} */
  public long address() {
    return address;
  }

  /** {@return all names} */
  public List<String> names() {
    return names;
  }

  /**
   * Reads a register.
   *
   * @param name its name
   * @return what it holds
   * @throws IllegalArgumentException if there is none of that name
   */
  public long get(String name) {
    return numbers[FIRST + index(name)];
  }

  /**
   * Changes a register: the probed code goes on with it.
   *
   * @param name its name; not that of the stack pointer
   * @param value what it is to hold
   * @throws IllegalArgumentException if there is none of that name, or it cannot be changed
   */
  public void set(String name, long value) {
    int index = index(name);
    if (index == 0) throw new IllegalArgumentException("the stack pointer cannot be changed");
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

  /** {@return the stack pointer, which comes first} */
  public long stackPointer() {
    return numbers[FIRST];
  }

  /** {@return the word that the stack pointer points at} */
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
