package org.jitalloc.core.block;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Span;

/**
 * The handle of a watched block. The allocator references the block, but not this handle, so the
 * handle is garbage once its user has lost it. Each call keeps it reachable until it returns, and a
 * function as long as the function exists.
 */
public final class BlockHandle implements JitMemory {

  private final Block block;
  private final Runnable freed;

  /**
   * Makes a handle.
   *
   * @param freed runs after each {@link #close}; the handle keeps it reachable
   */
  public BlockHandle(Block block, Runnable freed) {
    this.block = block;
    this.freed = freed;
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
      freed.run();
    }
  }

  @Override
  public String toString() {
    return block.toString();
  }
}
