package org.jitalloc.arch;

/**
 * The machine code of a signal handler that emulates the new instruction for threads that execute a
 * trap in a patch site that is being changed. The core installs it with {@code SA_SIGINFO}; it runs
 * in signal context and calls no function.
 *
 * <p>It reads one of the two trap tables of the core, in the byte order of the machine:
 *
 * <pre>
 * offset  0  u64  generation: odd while this table is being changed
 *         8  u64  number of records
 *        16  u64  previous handler: an address, 0 for SIG_DFL, 1 for SIG_IGN; in the first table
 *        24  u64  number of emulated instructions; the handler increments it atomically
 *        32  u64  the address of the active table; in the first table
 *        40  records of {@link #recordBytes()} bytes in ascending order of address; a record
 *            may occur several times: u64 address, then the content of {@link PokePlan.Trap}
 * </pre>
 *
 * <p>The core changes the table that is not active, then makes it active, and then increments the
 * generation of the other one by 2. So the active table is always complete, and the handler never
 * waits for the thread that changes a table: it may have interrupted that thread.
 *
 * <p>The handler reads the address of the active table, its generation, and the address of the
 * active table again: only if that is the same, the generation is one of the time when the table
 * was active. It searches the record of the trapping address, and reads the generation again (a
 * sequence lock). If the generation was odd, or one of both has changed, it resumes at the trapping
 * address: the thread traps again or executes new code. If there is a record, it emulates the new
 * instruction. If there is none, and the trapping instruction is not there any more (the change was
 * completed before the signal was handled), it resumes at the trapping address. Else, and for each
 * address outside of the text range, it calls the previous handler with all three arguments.
 */
public interface TrapHandler {

  /** The offset of the generation in the table, in bytes. */
  int GENERATION_OFFSET = 0;

  /** The offset of the number of records in the table, in bytes. */
  int COUNT_OFFSET = 8;

  /** The offset of the previous handler in the table, in bytes. */
  int PREVIOUS_OFFSET = 16;

  /** The offset of the number of emulated instructions in the table, in bytes. */
  int CARRIED_OFFSET = 24;

  /** The offset of the address of the active table in the first table, in bytes. */
  int ACTIVE_OFFSET = 32;

  /** The offset of the first record in the table, in bytes. */
  int RECORDS_OFFSET = 40;

  /** {@return the number of the signal that the trapping instruction raises on Linux} */
  int signal();

  /** {@return the length of a record in bytes, a multiple of 8} */
  int recordBytes();

  /**
   * Returns the record of a permanent breakpoint: a thread that executes it continues at another
   * address.
   *
   * @param detour the address at which threads continue
   * @return the bytes after the address in the record of {@link #recordBytes()} bytes
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
   * @param tableAddress the address of the first trap table
   * @param text the range of addresses that can contain patch sites
   * @return position-independent code of a function of (signal, siginfo, ucontext) in the C calling
   *     convention
   */
  byte[] code(long tableAddress, AddressRange text);
}
