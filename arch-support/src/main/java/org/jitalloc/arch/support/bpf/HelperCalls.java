package org.jitalloc.arch.support.bpf;

import java.util.List;
import java.util.Map;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.support.asm.Label;

/** Emits calls of helpers. */
final class HelperCalls {
  private final Translation to;
  private final Emitters machine;
  private final CallEmitter emit;
  private final Exits exits;
  private final Label search = new Label();
  private boolean searchUsed;

  HelperCalls(Translation to, Emitters machine, Exits exits) {
    this.to = to;
    this.machine = machine;
    this.exits = exits;
    emit = machine.calls();
  }

  void helper(int index, BpfInsn insn) {
    var low = new Label();
    emit.jumpIfStackLow(low);
    to.outOfLine(
        () -> {
          machine.code().bind(low);
          exits.stackLow(index);
        });
    if (insn.opcode() == BpfOp.CALLX) {
      findHelper(index, insn);
    } else {
      Long address = to.source().helpers().get(insn.imm());
      if (address == null) {
        throw Translation.unknown(insn);
      }
      emit.loadHelper(address);
    }
    emit.callHelper();
    emit.jumpIfEnded(exits.helperEnded());
    clearArguments(to.flow().liveAfter(index));
  }

  /** Clears the registers of r1 to r5 that are read after a call: callees change them. */
  void clearArguments(int live) {
    for (int r = 0; r < RegisterSet.COUNT; r++) {
      if (RegisterSet.has(live & RegisterSet.ARGUMENTS, r)) {
        machine.alu().constant(r, 0);
      }
    }
  }

  /** Loads the helper register by the number in a register of the program. */
  private void findHelper(int index, BpfInsn insn) {
    var missing = new Label();
    emit.loadNumber(insn.dst());
    emit.call(search);
    emit.jumpIfNoHelper(missing);
    to.outOfLine(
        () -> {
          machine.code().bind(missing);
          exits.noHelper(index);
        });
    if (!searchUsed) {
      to.outOfLine(this::emitSearch);
    }
    searchUsed = true;
  }

  private void emitSearch() {
    machine.code().bind(search);
    var missing = new Label();
    search(
        to.source().helpers().entrySet().stream().sorted(Map.Entry.comparingByKey()).toList(),
        missing);
    machine.code().bind(missing);
    emit.loadHelper(0);
    emit.returnFromSearch();
  }

  /** Binary search, as a tree of comparisons. */
  private void search(List<Map.Entry<Integer, Long>> helpers, Label missing) {
    if (helpers.isEmpty()) {
      machine.code().jump(missing);
      return;
    }
    boolean leaf = helpers.size() == 1;
    int middle = helpers.size() / 2;
    var other = leaf ? missing : new Label();
    emit.jumpIfOther(helpers.get(middle).getKey(), other);
    emit.loadHelper(helpers.get(middle).getValue());
    emit.returnFromSearch();
    if (leaf) {
      return;
    }
    var lower = new Label();
    machine.code().bind(other);
    emit.jumpIfLower(lower);
    search(helpers.subList(middle + 1, helpers.size()), missing);
    machine.code().bind(lower);
    search(helpers.subList(0, middle), missing);
  }
}
