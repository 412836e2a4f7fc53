package org.jitalloc.arch.support.elf;

import java.nio.ByteOrder;
import java.util.Optional;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.RelocationType;

/** The part of an ELF codec that consists of constants. */
public abstract class ElfCodecBase implements ElfCodec {

  private final String arch;
  private final int machine;
  private final ByteOrder byteOrder;
  private final RelocationTypes types;

  /**
   * Creates a codec.
   *
   * @param arch the name of the architecture
   * @param machine its number in the header of an ELF file
   * @param byteOrder the byte order of its files
   * @param types its relocation types
   */
  protected ElfCodecBase(String arch, int machine, ByteOrder byteOrder, RelocationTypes types) {
    this.arch = arch;
    this.machine = machine;
    this.byteOrder = byteOrder;
    this.types = types;
  }

  @Override
  public final String arch() {
    return arch;
  }

  @Override
  public final int machine() {
    return machine;
  }

  @Override
  public final ByteOrder byteOrder() {
    return byteOrder;
  }

  @Override
  public final Optional<RelocationType> relocationType(int number) {
    return types.find(number);
  }
}
