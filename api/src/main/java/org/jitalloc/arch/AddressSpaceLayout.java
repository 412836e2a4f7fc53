package org.jitalloc.arch;

/** The properties of an address space from which an architecture derives placement. */
public sealed interface AddressSpaceLayout {

  /**
   * A process: all memory is in one reserved range of addresses, in which each byte reaches each
   * other byte by a direct call.
   *
   * @param window the reserved range
   */
  record Process(AddressRange window) implements AddressSpaceLayout {}

  /**
   * A kernel.
   *
   * @param image the range of the kernel image, from the first byte of its text to its end
   * @param vmalloc the range in which the kernel maps memory that may have any address
   * @param kaslr whether base addresses are randomised
   * @param seed the seed of the random choices: the same layout and seed give the same parameters
   */
  record Kernel(AddressRange image, AddressRange vmalloc, boolean kaslr, long seed)
      implements AddressSpaceLayout {}
}
