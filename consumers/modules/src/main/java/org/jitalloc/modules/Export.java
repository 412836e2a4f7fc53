package org.jitalloc.modules;

import java.util.OptionalLong;

/**
 * A symbol that a module offers to others.
 *
 * @param name its name
 * @param address its address
 * @param gplOnly whether it is only for modules of compatible licences
 * @param namespace what an importer has to name; empty if nothing
 * @param module the module that exports it
 * @param crc a checksum over its type, of 32 bits; empty if the module tells none
 */
public record Export(
    String name,
    long address,
    boolean gplOnly,
    String namespace,
    String module,
    OptionalLong crc) {}
