package org.jitalloc.core.image;

import java.util.List;
import org.jitalloc.ImageMemory;
import org.jitalloc.MemoryMode;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.space.AddressSpace;

/**
 * A model of a kernel address space. No code runs in it, so there are no caches to make coherent.
 * Thread-safe.
 */
public final class ModelSpace implements AddressSpace {

  private static final byte[] ZERO = {0};
  private static final MemoryMode MODE =
      new MemoryMode(
          "model", "a model: software checks page permissions, and no code runs", List.of());

  private final AddressSpaceLayout.Kernel layout;
  private final byte[] trapFill;
  private final ImageSpace image;

  /**
   * Creates a space without pages.
   *
   * @param target the name of the target, for messages
   * @param layout the layout of the kernel's address space
   * @param trapFill the initial content of executable pages, repeated: trapping instructions
   */
  public ModelSpace(String target, AddressSpaceLayout.Kernel layout, byte[] trapFill) {
    this.layout = layout;
    this.trapFill = trapFill.clone();
    image = new ImageSpace(target);
  }

  /** {@return the accesses of the modelled processor} */
  public ImageMemory memory() {
    return image;
  }

  @Override
  public AddressSpaceLayout layout() {
    return layout;
  }

  @Override
  public MemoryMode mode() {
    return MODE;
  }

  @Override
  public long pageBytes() {
    return ImageSpace.PAGE_BYTES;
  }

  @Override
  public void map(long address, long bytes, PageProtection protection) {
    image.map(address, bytes, protection, protection.executable() ? trapFill : ZERO);
  }

  @Override
  public boolean unmap(long address, long bytes, PageProtection protection) {
    image.unmapPresent(address, bytes);
    return true;
  }

  @Override
  public boolean decommit(long address, long bytes, PageProtection protection) {
    image.unmap(address, bytes);
    return true;
  }

  @Override
  public void recommit(long address, long bytes, PageProtection protection) {
    map(address, bytes, protection);
  }

  @Override
  public void collapse(long address, long bytes) {}

  @Override
  public void write(long address, byte[] bytes) {
    image.write(address, bytes);
  }

  @Override
  public void fill(long address, long bytes, byte[] pattern) {
    image.fill(address, bytes, pattern);
  }

  @Override
  public byte[] read(long address, int length) {
    return image.read(address, length);
  }

  @Override
  public void protect(long address, long bytes, PageProtection protection) {
    image.protect(address, bytes, protection);
  }

  /**
   * Checks that the range is mapped: cache maintenance of a processor faults otherwise. There is no
   * cache to maintain.
   */
  @Override
  public void makeCoherent(long address, long bytes) {
    image.requireMapped(address, bytes);
  }

  @Override
  public void sync() {}

  @Override
  public long hugePageBytes(long address, long bytes) {
    return 0;
  }

  @Override
  public void close() {
    image.clear();
  }
}
