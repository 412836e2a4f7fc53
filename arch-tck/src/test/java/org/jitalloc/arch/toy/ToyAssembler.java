package org.jitalloc.arch.toy;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;

/** Assembles words; branches have a fixed length, so they are emitted in place. */
final class ToyAssembler implements CodeWriter {
  private final List<Integer> words = new ArrayList<>();
  private final List<Branch> branches = new ArrayList<>();

  private record Branch(int position, int operation, Label target) {}

  void emit(int operation, int a, int b, int c) {
    words.add(ToyWord.of(operation, a, b, c));
  }

  void emit(int operation, int operand) {
    words.add(ToyWord.of(operation, operand));
  }

  void branch(int operation, Label target) {
    branches.add(new Branch(words.size(), operation, target));
    words.add(0);
  }

  @Override
  public void bind(Label label) {
    label.bind(words.size(), 0);
  }

  @Override
  public void jump(Label target) {
    branch(ToyWord.JUMP, target);
  }

  @Override
  public byte[] finish() {
    for (var branch : branches) {
      int distance = branch.target.position() - branch.position;
      words.set(branch.position, ToyWord.of(branch.operation, distance));
    }
    return ToyWord.bytes(words.stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public int offset(Label label) {
    return label.position() * ToyWord.BYTES;
  }
}
