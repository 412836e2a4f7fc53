package org.jitalloc.bpf.check;

import java.util.List;
import java.util.Set;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;

/**
 * A program that breaks no rule.
 *
 * @param insns all instructions
 * @param functions its functions, ascending, covering all instructions
 * @param helpers the helpers that it calls by number
 * @param callsByRegister whether it calls helpers by register, and so perhaps any helper
 * @param depth how many functions can be active at once
 * @param stackBytes how much of the stack, from its top, it can have written when it ends; a
 *     multiple of 8
 */
public record CheckedProgram(
    List<BpfInsn> insns,
    List<BpfFunction> functions,
    Set<Integer> helpers,
    boolean callsByRegister,
    int depth,
    int stackBytes) {

  /** Makes it; the collections are copied. */
  public CheckedProgram {
    insns = List.copyOf(insns);
    functions = List.copyOf(functions);
    helpers = Set.copyOf(helpers);
  }
}
