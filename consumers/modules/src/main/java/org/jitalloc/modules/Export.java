package org.jitalloc.modules;

/**
 * A symbol that a module offers to others.
 *
 * @param name its name
 * @param address its address
 * @param gplOnly whether it is only for modules of compatible licences
 * @param namespace what an importer has to name; empty if nothing
 * @param module the module that exports it
 */
public record Export(String name, long address, boolean gplOnly, String namespace, String module) {}
