package org.jitalloc.arch.s390.probe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The instructions that the EX instructions of a function can execute, as offsets in the function.
 *
 * <p>Compilers and the kernel load the address of such an instruction by LARL, or use the return
 * address of a BRAS, BRASL, BAS, BASR or similar before it. All addresses that the function loads
 * in this way into the base register of an EX count as its operands.
 */
final class ExecuteOperands {

  /** The addresses that instructions load into a register. */
  private final Map<Integer, List<Long>> addresses = new HashMap<>();

  /** Adds the address that an instruction loads into a register, if it loads one. */
  void add(ProbedInsn insn, long at) {
    insn.loadedAddress(at)
        .ifPresent(
            address ->
                addresses.computeIfAbsent(insn.first(), _ -> new ArrayList<>()).add(address));
  }

  /** {@return the possible operands of an EX; empty if they are unknown} */
  Optional<List<Long>> of(ProbedInsn execute) {
    int index = execute.second();
    int base = execute.base();
    if (index == 0 && base == 0) {
      return Optional.of(List.of());
    }
    List<Long> known = addresses.get(base == 0 ? index : base);
    if (known == null || index != 0 && base != 0) {
      return Optional.empty();
    }
    return Optional.of(known.stream().map(address -> address + execute.displacement()).toList());
  }
}
