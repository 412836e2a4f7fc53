package org.jitalloc.core.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Span;

/**
 * The handle of a block that is watched: the allocator, which knows the block, does not know this,
 * so it is garbage as soon as its user has lost it. Each call keeps it reachable to the end, and a
 * function for as long as there is the function.
 */
final class TrackedMemory implements JitMemory {

  private final Block block;
  private final Claim claim;

  TrackedMemory(Block block, Claim claim) {
    this.block = block;
    this.claim = claim;
  }

  Block block() {
    return block;
  }

  @Override
  public Span span() {
    return block.span();
  }

  @Override
  public long address() {
    return block.address();
  }

  @Override
  public ModMemType type() {
    return block.type();
  }

  @Override
  public State state() {
    return block.state();
  }

  @Override
  public void write(long offset, byte[] bytes) {
    try {
      block.write(offset, bytes);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public byte[] read(long offset, int length) {
    try {
      return block.read(offset, length);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public JitMemory publish() {
    try {
      block.publish();
      return this;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void seal() {
    try {
      block.seal();
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public MethodHandle function(long offset, FunctionDescriptor descriptor) {
    return block.function(this, offset, descriptor);
  }

  @Override
  public void close() {
    try {
      block.close();
    } finally {
      claim.freed();
    }
  }

  @Override
  public String toString() {
    return block.toString();
  }
}
