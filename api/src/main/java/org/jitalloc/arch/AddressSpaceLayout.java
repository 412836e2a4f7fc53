package org.jitalloc.arch;

/** What an architecture has to know of an address space to say what may be placed where. */
public sealed interface AddressSpaceLayout {

  /**
   * A process: everything lies in one reserved window, in which every byte reaches every other by a
   * direct call.
   *
   * @param window the reserved addresses
   */
  record Process(AddressRange window) implements AddressSpaceLayout {}

  /**
   * A kernel.
   *
   * @param image where the kernel's own image is, from its first byte of text to its end
   * @param vmalloc where the kernel maps memory that may be anywhere
   * @param kaslr whether places are to be randomised
   * @param seed what random choices are drawn from: the same layout and seed give the same
   *     parameters
   */
  record Kernel(AddressRange image, AddressRange vmalloc, boolean kaslr, long seed)
      implements AddressSpaceLayout {}
}
