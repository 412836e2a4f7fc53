package org.jitalloc.core.image;

import java.util.List;
import org.jitalloc.ImageMemory;
import org.jitalloc.MemoryMode;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.space.AddressSpace;

/**
 * A modelled kernel address space, as an allocator uses it. Nothing runs, so nothing is to sync.
 */
public final class ModelSpace implements AddressSpace {
  private static final byte[] ZERO = {0};

  private final ImageSpace memory;
  private final AddressSpaceLayout.Kernel layout;
  private final byte[] trapFill;

  /**
   * Makes an empty one.
   *
   * @param target the name of the target, for messages
   * @param layout what is where in it
   * @param trapFill what executable pages hold at first
   */
  public ModelSpace(String target, AddressSpaceLayout.Kernel layout, byte[] trapFill) {
    memory = new ImageSpace(target);
    this.layout = layout;
    this.trapFill = trapFill.clone();
  }

  /** {@return the memory as its processor sees it} */
  public ImageMemory memory() {
    return memory;
  }

  @Override
  public AddressSpaceLayout layout() {
    return layout;
  }

  @Override
  public MemoryMode mode() {
    return new MemoryMode("image", "a model: pages are checked by software", List.of());
  }

  @Override
  public long pageBytes() {
    return ImageSpace.PAGE_BYTES;
  }

  @Override
  public void commit(long address, long bytes, PageProtection protection) {
    memory.map(address, bytes, protection, protection.executable() ? trapFill : ZERO);
  }

  @Override
  public void decommit(long address, long bytes, PageProtection protection) {
    memory.unmap(address, bytes);
  }

  @Override
  public void write(long address, byte[] bytes) {
    memory.write(address, bytes);
  }

  @Override
  public void fill(long address, long bytes, byte[] pattern) {
    memory.fill(address, bytes, pattern);
  }

  @Override
  public byte[] read(long address, int length) {
    return memory.read(address, length);
  }

  @Override
  public void protect(long address, long bytes, PageProtection protection) {
    memory.protect(address, bytes, protection);
  }

  @Override
  public void makeCoherent(long address, long bytes) {}

  @Override
  public void sync() {}

  @Override
  public long hugePageBytes(long address, long bytes) {
    return 0;
  }

  @Override
  public void close() {
    memory.clear();
  }
}
