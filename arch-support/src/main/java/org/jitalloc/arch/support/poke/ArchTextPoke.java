package org.jitalloc.arch.support.poke;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jitalloc.Instruction;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.TrapHandler;

/** A {@link TextPoke} service of an encoder, a planner and a trap handler. */
public abstract class ArchTextPoke implements TextPoke {

  /** Encodes instructions of sites. */
  @FunctionalInterface
  public interface Encoder {

    /**
     * Encodes an instruction, as {@link TextPoke#encode} specifies.
     *
     * @param instruction the instruction
     * @param address the address of the site
     * @return its bytes
     */
    byte[] encode(Instruction instruction, long address);
  }

  private final String arch;
  private final int siteBytes;
  private final Encoder encoder;
  private final Function<List<PokeSite>, PokePlan> planner;
  private final TrapHandler trapHandler;

  /**
   * Creates the service.
   *
   * @param arch the name of the architecture
   * @param siteBytes the length of a site
   * @param encoder encodes instructions
   * @param planner plans batches, as {@link TextPoke#plan} specifies
   * @param trapHandler the trap handler
   */
  protected ArchTextPoke(
      String arch,
      int siteBytes,
      Encoder encoder,
      Function<List<PokeSite>, PokePlan> planner,
      TrapHandler trapHandler) {
    this.arch = arch;
    this.siteBytes = siteBytes;
    this.encoder = encoder;
    this.planner = planner;
    this.trapHandler = trapHandler;
  }

  @Override
  public final String arch() {
    return arch;
  }

  @Override
  public final int siteBytes() {
    return siteBytes;
  }

  @Override
  public final byte[] encode(Instruction instruction, long address) {
    return encoder.encode(instruction, address);
  }

  @Override
  public final PokePlan plan(List<PokeSite> sites) {
    return planner.apply(sites);
  }

  @Override
  public final Optional<TrapHandler> trapHandler() {
    return Optional.of(trapHandler);
  }
}
