package org.jitalloc.arch;

/**
 * The machine code of a signal handler that carries threads over places that are being changed. The
 * core installs it with {@code SA_SIGINFO}; it runs in signal context and calls nothing.
 *
 * <p>What it works by is a table that the core keeps, in the machine's byte order:
 *
 * <pre>
 * offset  0  u64  generation: odd while the table is being changed
 *         8  u64  number of records
 *        16  u64  previous handler: an address, 0 for the default action, 1 to ignore
 *        24  u64  number of threads carried over a place; this handler counts it atomically
 *        32  records of {@link #recordBytes()} bytes in ascending order of address; a record
 *            may occur several times: u64 address, then the content of {@link PokePlan.Trap}
 * </pre>
 *
 * <p>What it has to do: read the generation, find the record of the trapping address, read the
 * generation again. If it was odd or has changed, resume at the trapping address (the thread traps
 * again or finds new code). If there is a record, do what the new instruction would have done. If
 * there is none, but the trapping instruction is no longer there (the change was completed while
 * the signal was on its way), resume at the trapping address. Else, and for every address outside
 * the text range, hand over to the handler that was there before, with all three arguments.
 */
public interface TrapHandler {

  /** The offset of the generation in the table, in bytes. */
  int GENERATION_OFFSET = 0;

  /** The offset of the number of records in the table, in bytes. */
  int COUNT_OFFSET = 8;

  /** The offset of the handler that was there before in the table, in bytes. */
  int PREVIOUS_OFFSET = 16;

  /** The offset of the number of threads carried over in the table, in bytes. */
  int CARRIED_OFFSET = 24;

  /** The offset of the first record in the table, in bytes. */
  int RECORDS_OFFSET = 32;

  /** {@return the number of the signal that the trapping instruction raises on Linux} */
  int signal();

  /** {@return the length of a record in bytes, a multiple of 8} */
  int recordBytes();

  /**
   * Gives what a breakpoint that stays needs in the table: a thread that meets it goes on
   * elsewhere.
   *
   * @param detour the address to go on at
   * @return the rest of the record of {@link #recordBytes()} bytes, behind the address
   * @throws org.jitalloc.JitAllocException UNSUPPORTED if this architecture has no such breakpoints
   */
  default byte[] redirect(long detour) {
    throw new org.jitalloc.JitAllocException(
        org.jitalloc.JitAllocException.Reason.UNSUPPORTED,
        "this architecture has no breakpoints that stay: detour=0x%x".formatted(detour));
  }

  /**
   * Emits the handler.
   *
   * @param tableAddress where the table is
   * @param text the addresses that can hold places of ours
   * @return a function of (signal, siginfo, ucontext) in the C calling convention;
   *     position-independent
   */
  byte[] code(long tableAddress, AddressRange text);
}
