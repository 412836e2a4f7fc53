package org.jitalloc.modules.taint;

import java.util.EnumSet;
import java.util.Set;
import org.jitalloc.modules.info.ModInfo;

/**
 * A set of taints.
 *
 * @param bits one for each, as {@link Taint#bit}
 */
public record Taints(long bits) {
  /** None. */
  public static final Taints NONE = new Taints(0);

  private static final long ALL = (1L << Taint.values().length) - 1;

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if there are bits that mean nothing
   */
  public Taints {
    if ((bits & ~ALL) != 0) {
      throw new IllegalArgumentException(
          "taints 0x%x: only 0x%x mean something".formatted(bits, ALL));
    }
  }

  /**
   * What a module brings with it by what it says of itself. Its licence, signature and versions are
   * judged elsewhere.
   *
   * @param info what it says
   * @return the taints
   */
  public static Taints declared(ModInfo info) {
    Taints taints = NONE;
    if (info.first("intree").isEmpty()) {
      taints = taints.with(Taint.OUT_OF_TREE);
    }
    if (info.first("staging").isPresent()) {
      taints = taints.with(Taint.STAGING);
    }
    if (info.first("livepatch").isPresent()) {
      taints = taints.with(Taint.LIVEPATCH);
    }
    return info.first("test").isPresent() ? taints.with(Taint.TEST) : taints;
  }

  /**
   * Adds one.
   *
   * @param taint to be in it
   * @return the larger set
   */
  public Taints with(Taint taint) {
    return new Taints(bits | taint.bit());
  }

  /**
   * Adds all of another set.
   *
   * @param other to be in it
   * @return the larger set
   */
  public Taints with(Taints other) {
    return new Taints(bits | other.bits);
  }

  /**
   * Asks for one.
   *
   * @param taint a taint
   * @return whether it is in the set
   */
  public boolean has(Taint taint) {
    return (bits & taint.bit()) != 0;
  }

  /**
   * The taints.
   *
   * @return in the order of bits
   */
  public Set<Taint> taints() {
    EnumSet<Taint> set = EnumSet.noneOf(Taint.class);
    for (Taint taint : Taint.values()) {
      if (has(taint)) {
        set.add(taint);
      }
    }
    return set;
  }

  /**
   * What listings of modules print: the letters of those that are set.
   *
   * @return as {@code OE}; may be empty
   */
  public String letters() {
    var text = new StringBuilder();
    taints().forEach(taint -> text.append(taint.letter()));
    return text.toString();
  }

  /**
   * What reports of the kernel's troubles print: a place for each, set or not.
   *
   * @return as {@code Tainted: G OE}, or {@code Not tainted}
   */
  public String report() {
    if (bits == 0) {
      return "Not tainted";
    }
    var text = new StringBuilder("Tainted: ");
    for (Taint taint : Taint.values()) {
      text.append(has(taint) ? taint.letter() : taint.clearLetter());
    }
    return text.toString();
  }
}
