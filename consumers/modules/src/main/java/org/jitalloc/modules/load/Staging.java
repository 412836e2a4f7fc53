package org.jitalloc.modules.load;

import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.ModuleMemory;
import org.jitalloc.Purpose;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.layout.MemoryLayout;

/**
 * What is going to be in a module's memories: an array of bytes for each, filled from the file and
 * relocated, then written in one go. A part is a section, by its index, or a table of slots, by its
 * number added to the count of sections. For one thread.
 */
public final class Staging implements PlacedObject {
  /** Long enough for the trapping instruction of any architecture. */
  private static final int PATTERN_BYTES = 16;

  private static final byte[] NOTHING = {};

  private final ElfObject object;
  private final MemoryLayout layout;
  private final Map<ModMemType, JitMemory> memories;
  private final Map<ModMemType, byte[]> images = new EnumMap<>(ModMemType.class);
  private final long anyAddress;
  private final byte[] perCpu;
  private long perCpuAddress;
  private long[] symbolAddresses = {};
  private BitSet absentSymbols = new BitSet();

  private Staging(ElfObject object, MemoryLayout layout, Map<ModMemType, JitMemory> memories) {
    this.object = object;
    this.layout = layout;
    this.memories = memories;
    anyAddress = memories.values().stream().mapToLong(JitMemory::address).findFirst().orElse(0);
    memories.forEach((type, memory) -> images.put(type, blank(type, memory)));
    int section = layout.perCpuSection();
    perCpu = section < 0 ? NOTHING : new byte[layout.length(section)];
  }

  /**
   * Allocates memories, and prepares bytes for them.
   *
   * @param object what is going to be in them
   * @param layout where in them
   * @param memory gets one for each type that has bytes in the layout
   * @return the bytes, empty
   */
  public static Staging allocate(ElfObject object, MemoryLayout layout, ModuleMemory memory) {
    Map<ModMemType, JitMemory> memories = new EnumMap<>(ModMemType.class);
    for (ModMemType type : ModMemType.values()) {
      int bytes = layout.memoryBytes(type);
      if (bytes > 0) {
        long align = layout.memoryAlignBytes(type);
        var request = new AllocationRequest(type, Purpose.MODULES, bytes, align, null);
        memories.put(type, memory.allocate(request));
      }
    }
    return new Staging(object, layout, memories);
  }

  /** Bytes as they are in fresh memory: in text, what no section covers has to trap. */
  private static byte[] blank(ModMemType type, JitMemory memory) {
    var image = new byte[(int) memory.bytes()];
    if (type.isText()) {
      byte[] pattern = memory.read(0, Math.min(PATTERN_BYTES, image.length));
      boolean zero = true;
      for (byte b : pattern) {
        zero &= b == 0;
      }
      if (!zero) {
        fill(image, pattern);
      }
    }
    return image;
  }

  private static void fill(byte[] image, byte[] pattern) {
    System.arraycopy(pattern, 0, image, 0, pattern.length);
    for (int done = pattern.length; done < image.length; done *= 2) {
      System.arraycopy(image, 0, image, done, Math.min(done, image.length - done));
    }
  }

  /**
   * Copies all sections from the file.
   *
   * @param generated those that are left out, since the architecture makes their content
   */
  public void copySections(BitSet generated) {
    for (int i = 1; i < object.sectionCount(); i++) {
      if (!isLoaded(i)) {
        continue;
      }
      if (object.sectionType(i) != Elf.SHT_NOBITS && !generated.get(i)) {
        object.copySection(i, bytes(i), offset(i));
      } else if (layout.type(i) instanceof ModMemType type && type.isText() && !generated.get(i)) {
        Arrays.fill(bytes(i), offset(i), offset(i) + length(i), (byte) 0);
      }
    }
  }

  /** {@return an address within reach of everything; 0 if there is no memory} */
  public long anyAddress() {
    return anyAddress;
  }

  /** {@return the memories that were allocated} */
  public List<JitMemory> memories() {
    return List.copyOf(memories.values());
  }

  /** Says where per-CPU variables are; before sections are relocated. */
  void perCpuAddress(long address) {
    perCpuAddress = address;
  }

  void symbols(long[] addresses, BitSet absent) {
    symbolAddresses = addresses;
    absentSymbols = absent;
  }

  /** Writes everything into the memories. */
  public void write() {
    images.forEach((type, image) -> memory(type).write(0, image));
  }

  JitMemory memory(ModMemType type) {
    JitMemory memory = memories.get(type);
    if (memory == null) {
      throw new IllegalStateException("there is no memory of the type " + type);
    }
    return memory;
  }

  /**
   * Tells whether a part is in memory.
   *
   * @param part the part
   * @return whether it has bytes and an address
   */
  public boolean isLoaded(int part) {
    return layout.type(part) != null || part == layout.perCpuSection();
  }

  @Override
  public byte[] bytes(int part) {
    ModMemType type = layout.type(part);
    return type == null ? perCpu : image(type);
  }

  /** All that is going to be in a memory. */
  byte[] image(ModMemType type) {
    byte[] image = images.get(type);
    return image == null ? NOTHING : image;
  }

  @Override
  public int offset(int part) {
    return layout.offset(part);
  }

  @Override
  public int length(int part) {
    return layout.length(part);
  }

  @Override
  public long address(int part) {
    ModMemType type = layout.type(part);
    if (type == null) {
      return part == layout.perCpuSection() ? perCpuAddress : 0;
    }
    // A memory of nothing but empty sections is not allocated; these may be anywhere within reach.
    JitMemory memory = memories.get(type);
    return (memory == null ? anyAddress : memory.address()) + layout.offset(part);
  }

  @Override
  public long[] symbolAddresses() {
    return symbolAddresses;
  }

  @Override
  public boolean hasAddress(int symbol) {
    return !absentSymbols.get(symbol);
  }
}
